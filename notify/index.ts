/** Who is told of an alarm, through which channel, each transition once: outbox, policy, delivery, messages. */
export { type BackoffLimits, backoffMs } from "./backoff.ts";
export { type Channel, type ChannelName, channelNames, type RenderedMessage, type SendResult } from "./channel.ts";
export { openEmailChannel } from "./channels/email.ts";
export { createEmlFilesChannel } from "./channels/eml-files.ts";
export { type ChannelHealth, createDelivery, type Delivery, type DeliveryOptions, type Told } from "./deliver.ts";
export { renderMessage } from "./message.ts";
export { type AlarmNotice, alarmNoticeSchema } from "./notice.ts";
export { enqueue, outboxBacklog, type TellingRecord, tellingLog } from "./outbox.ts";
export { outboxMigration } from "./outbox-sql.ts";
export { type Telling, type TellingReason, type ToldBefore, whoIsTold } from "./policy.ts";
