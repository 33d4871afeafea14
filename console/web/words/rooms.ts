import { wordsOf } from "../language.ts";

export const roomWords = wordsOf({
  en: {
    title: "Rooms",
    outdoor: "Outdoors",
    floor: (floor: number) => (floor < 0 ? `Basement ${-floor}` : floor === 0 ? "Ground floor" : `Floor ${floor}`),
    otherPlaces: "Elsewhere",
    summary: (total: number, wrong: number, soon: number) =>
      wrong + soon === 0
        ? `All ${total} rooms are well`
        : `${wrong} of ${total} rooms need somebody${soon > 0 ? `, ${soon} will soon` : ""}`,
    well: "Well",
    soon: "Soon outside",
    noData: "No data",
    alarm: { critical: "Critical", high: "High", medium: "Medium", low: "Low" },
    temperature: "Temperature",
    humidity: "Humidity",
    limits: "limits",
    smoke: { none: "no smoke", some: "smoke" },
    leak: { none: "dry", some: "water" },
    door: { open: "door open", closed: "door closed" },
    sensors: (alive: number, total: number) => `${alive}/${total} sensors`,
    willBe: (what: string, within: string) => `${what} will be out of limits in ${within}`,
    planOf: (floor: string) => `Plan of ${floor}`,
    wall: "Wall screen",
    moreWell: (n: number) => `and ${n} more`,
    back: "Back to the console",
    open: (name: string) => `Open ${name}`,
    filter: "All floors",
  },
  "zh-CN": {
    title: "库房",
    outdoor: "室外",
    floor: (floor: number) => (floor < 0 ? `地下 ${-floor} 层` : `${floor} 层`),
    otherPlaces: "其他",
    summary: (total: number, wrong: number, soon: number) =>
      wrong + soon === 0
        ? `${total} 间库房全部正常`
        : `${total} 间库房中 ${wrong} 间需要处理${soon > 0 ? `，${soon} 间即将超限` : ""}`,
    well: "正常",
    soon: "即将超限",
    noData: "无数据",
    alarm: { critical: "紧急", high: "重要", medium: "一般", low: "提示" },
    temperature: "温度",
    humidity: "湿度",
    limits: "限值",
    smoke: { none: "无烟雾", some: "有烟雾" },
    leak: { none: "无漏水", some: "漏水" },
    door: { open: "门开着", closed: "门已关" },
    sensors: (alive: number, total: number) => `传感器 ${alive}/${total}`,
    willBe: (what: string, within: string) => `${what}将在 ${within}后超限`,
    planOf: (floor: string) => `${floor}平面图`,
    wall: "大屏",
    moreWell: (n: number) => `另有 ${n} 间`,
    back: "返回控制台",
    open: (name: string) => `打开${name}`,
    filter: "全部楼层",
  },
});
