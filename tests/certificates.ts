import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** An authority of its own in this folder: `ca.pem`. */
export function makeAuthority(folder: string): void {
  openssl(folder, "req", "-x509", ...newKey, "-keyout", "ca.key", "-out", "ca.pem", "-days", "9", "-subj", "/CN=tests");
}

/** A certificate of the folder's authority for localhost: `<name>.pem` and `<name>.key`; expired with negative days. */
export function makeCertificate(folder: string, name: string, days: number): { cert: string; key: string } {
  writeFileSync(join(folder, "names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
  openssl(folder, "req", ...newKey, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", "/CN=localhost");
  const sign = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names", "-days", String(days)];
  openssl(folder, "x509", "-req", "-in", `${name}.csr`, "-out", `${name}.pem`, ...sign);
  return { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
}

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

const openssl = (cwd: string, ...options: string[]) => execFileSync("openssl", options, { cwd, stdio: "pipe" });

/** For `describe.skipIf`. */
export const opensslMissing = (() => {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return false;
  } catch {
    return true;
  }
})();
