import { wordsOf } from "../language.ts";

const roles: Record<string, { en: string; zh: string }> = {
  viewer: { en: "viewer", zh: "查看" },
  facilities: { en: "facilities", zh: "设施后勤" },
  "on-call": { en: "on call", zh: "值班" },
  archivist: { en: "archivist", zh: "档案员" },
  auditor: { en: "auditor", zh: "审计" },
  leader: { en: "leader", zh: "领导" },
  logistics: { en: "logistics", zh: "后勤" },
  it: { en: "IT", zh: "信息" },
  contractor: { en: "contractor", zh: "外包" },
  visitor: { en: "visitor", zh: "访客" },
  "health-authority": { en: "health authority", zh: "卫生主管部门" },
  "system-administrator": { en: "system administrator", zh: "系统管理员" },
  "security-administrator": { en: "security administrator", zh: "安全管理员" },
  "audit-administrator": { en: "audit administrator", zh: "审计管理员" },
};
const pick = (language: "en" | "zh"): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(roles).map(([role, names]) => [role, names[language]]));

export const shellWords = wordsOf({
  en: {
    skip: "Skip to the content",
    navigation: "Pages",
    places: {
      rooms: "Rooms",
      alarms: "Alarms",
      access: "Access",
      handover: "Handover",
      devices: "Devices",
      people: "People & duty",
      reports: "Reports",
      system: "System",
    },
    roles: pick("en"),
    signIn: "Sign in",
    signOut: "Sign out",
    myAccount: "My account",
    lost: (since: string) => `Connection lost: what you see is from ${since}. Trying again …`,
    unready: (parts: string) => `Something of this system does not work: ${parts}`,
    nowhere: "There is no such page",
    notFireAlarm: "archive-sentry warns of what sensors tell. It is not a certified fire alarm system.",
  },
  "zh-CN": {
    skip: "跳到正文",
    navigation: "页面",
    places: {
      rooms: "库房",
      alarms: "报警",
      access: "出入",
      handover: "交接班",
      devices: "设备",
      people: "人员与值班",
      reports: "报表",
      system: "系统",
    },
    roles: pick("zh"),
    signIn: "登录",
    signOut: "退出",
    myAccount: "我的账号",
    lost: (since: string) => `连接中断：以下为 ${since} 的数据，正在重新连接……`,
    unready: (parts: string) => `本系统有部分未正常工作：${parts}`,
    nowhere: "没有这个页面",
    notFireAlarm: "archive-sentry 依据传感器数据预警，不是经认证的火灾自动报警系统。",
  },
});

export const roleWord = (role: string): string => shellWords().roles[role] ?? role;

/** Administrators' accounts belong to an office: it has a name in each language. */
export const isOffice = ({ id, role }: { id: string; role: string }): boolean => role === `${id}istrator`;

export const whoText = (who: { id: string; name: string; role: string }): string =>
  `${isOffice(who) ? roleWord(who.role) : who.name} ${who.id}`;
