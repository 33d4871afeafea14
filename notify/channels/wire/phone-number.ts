export interface PhoneFormat {
  phone: "+cc" | "cc" | "national";
  country_code: string;
}

/** A telephone number as a gateway wants it, from how people write it: `+86 139 0000 0000`, `139-0000-0000`. */
export function phoneNumber(written: string, { phone: format, country_code: countryCode }: PhoneFormat): string {
  const digits = written.replace(/[^+\d]/g, "");
  const international = digits.startsWith("+")
    ? digits.slice(1)
    : digits.startsWith("00")
      ? digits.slice(2)
      : // Within a country long distance begins with a 0 that the international form leaves out.
        `${countryCode}${digits.replace(/^0/, "")}`;
  // A desk telephone is dialled with its 0 within the country; a mobile number has none.
  if (format === "national" && /^0[1-9]/.test(digits)) return digits;
  if (format === "+cc") return `+${international}`;
  if (format === "cc") return international;
  return international.startsWith(countryCode) ? international.slice(countryCode.length) : `00${international}`;
}
