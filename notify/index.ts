/** Who is told of an alarm, through which channel, each transition once: outbox, policy, delivery, messages. */
export { alarmCodesMigration, alarmOfCode, takeAlarmCode } from "./alarm-codes.ts";
export { type AnswerResult, type Answers, createAnswers } from "./answers/answers.ts";
export { answersMigration, pruneAnswers, settleAnswers } from "./answers/answers-sql.ts";
export { type ReadCallback, readCallback, repliesInResponse, respondTo } from "./answers/callback.ts";
export { watchInbox } from "./answers/inbox.ts";
export { type AnswerLink, answerLinkOf, createAnswerLinks, type LinkState, type LinkView } from "./answers/links.ts";
export { createRefusalLimit } from "./answers/refusal-limit.ts";
export { createReplies } from "./answers/replies.ts";
export { type AnswerContext, type Decision, understandAnswer } from "./answers/understand.ts";
export { leadershipOf } from "./audience.ts";
export { type BackoffLimits, backoffMs } from "./backoff.ts";
export type { ChannelHealth } from "./breaker.ts";
export {
  type Channel,
  type ChannelKind,
  type ChannelName,
  type ChannelTraits,
  canReach,
  carries,
  channelNames,
  channelTraits,
  type Recipient,
  type RenderedMessage,
  type SendResult,
} from "./channel.ts";
export { openDingtalkChannel } from "./channels/dingtalk.ts";
export { openEmailChannel } from "./channels/email.ts";
export { createEmlFilesChannel } from "./channels/eml-files.ts";
export type { ReadingsFor } from "./channels/mail.ts";
export { openSmsAliyunChannel } from "./channels/sms-aliyun.ts";
export { openSmsHttpChannel } from "./channels/sms-http.ts";
export { openSmsModemChannel } from "./channels/sms-modem.ts";
export { openSmsTencentChannel } from "./channels/sms-tencent.ts";
export { openVoiceAliyunChannel } from "./channels/voice-aliyun.ts";
export { openVoiceHttpChannel } from "./channels/voice-http.ts";
export { openVoiceModemChannel } from "./channels/voice-modem.ts";
export { openVoiceTencentChannel } from "./channels/voice-tencent.ts";
export { openWebhookChannel } from "./channels/webhook.ts";
export { openWecomChannel } from "./channels/wecom.ts";
export { signAcs3 } from "./channels/wire/aliyun.ts";
export { signTc3 } from "./channels/wire/tencent.ts";
export type { Readings } from "./chart/chart.ts";
export { createDelivery, type Delivery, type DeliveryOptions, type Told } from "./deliver.ts";
export { createEscalation, type Escalation, enqueue } from "./escalate.ts";
export { createHeartbeat, type Heartbeat } from "./heartbeat.ts";
export { queueLetter } from "./letter.ts";
export { renderMessage } from "./message.ts";
export { type AlarmNotice, alarmNoticeSchema, type Letter } from "./notice.ts";
export { outboxMigration, outboxRoundsMigration } from "./outbox-sql.ts";
export { type PlainMail, sendPlainMail } from "./plain-mail.ts";
export { plansMigration } from "./plans.ts";
export { type Telling, type TellingReason, type ToldBefore, whoIsTold } from "./policy.ts";
export { type Preview, previewOf } from "./preview.ts";
export { pruneTelling, pruneTellingTurnRows } from "./prune.ts";
export { channelsOf } from "./reach.ts";
export { type GroupRecipient, groupRecipients, groupsTold, recipientOf } from "./recipients.ts";
export {
  type TemplateKind,
  type TemplateVariable,
  templateName,
  templateText,
  templateValues,
  variablesOf,
} from "./sms-template.ts";
export { type SmsSize, smsSize, smsText } from "./sms-text.ts";
export { outboxBacklog, type TellingRecord, tellingFigures, tellingLog, tellingOf } from "./telling-log.ts";
export { endTest, queueTest } from "./test-message.ts";
export { checkAudience, queueCheck } from "./weekly-check.ts";
