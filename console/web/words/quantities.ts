import { language } from "../language.ts";

const names: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  temperature_c: ["temperature (°C)", "温度（°C）"],
  relative_humidity_pct: ["relative humidity (%)", "相对湿度（%）"],
  smoke_obscuration_pct_per_m: ["smoke (%/m)", "烟雾（%/m）"],
  smoke_alarm: ["smoke detector’s contact", "感烟探测器触点"],
  co_ppm: ["carbon monoxide (ppm)", "一氧化碳（ppm）"],
  co2_ppm: ["carbon dioxide (ppm)", "二氧化碳（ppm）"],
  pm2_5_ug_m3: ["fine dust PM2.5 (µg/m³)", "细颗粒物 PM2.5（µg/m³）"],
  illuminance_lux: ["light (lx)", "照度（lx）"],
  surface_temperature_c: ["temperature of a surface (°C)", "表面温度（°C）"],
  door: ["door contact", "门磁"],
  motion: ["motion", "人体感应"],
  leak: ["water leak", "漏水"],
  tamper: ["tampering", "防拆"],
  exit_request: ["exit button", "出门按钮"],
  battery_pct: ["battery (%)", "电池（%）"],
  rssi_dbm: ["radio signal (dBm)", "信号强度（dBm）"],
  supply_v: ["supply voltage (V)", "供电电压（V）"],
};

/** What a device measures, as people call it; what is not known here as the device does. */
export const quantityWord = (quantity: string): string =>
  names[quantity]?.[language.value === "en" ? 0 : 1] ?? quantity;
