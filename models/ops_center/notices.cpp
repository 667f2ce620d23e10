// The events of OpsCenter, and its lines in the journal.
// AWS: Systems Manager User Guide, "Amazon EventBridge event examples for Systems Manager"
// (OpsItem Create, OpsItem Update).
#include <fmt/format.h>

#include "models/ops_center/ops_center.hpp"

namespace opsim::ops_center {

namespace {

Event item_event(const OpsItem& item, std::string_view type) {
  Event event;
  event.source = "aws.ssm";
  event.detail_type = type;
  event.place = item.place;
  event.resources = {arn_of(item)};
  event.detail = {{"created-by", item.created_by},   {"created-time", iso8601(item.created)},
                  {"source", item.spec.source},      {"status", item.spec.status},
                  {"ops-item-id", item.id},          {"title", item.spec.title},
                  {"ops-item-type", item.spec.type}, {"description", item.spec.description}};
  event.line = fmt::format("{} {}", type, item.id);
  return event;
}

CauseId tell(OpsCenter& center, const OpsItem& item, std::string text) {
  // "OpsItems of the type /aws/changerequest are not displayed in OpsCenter."
  const bool shown = item.spec.type != "/aws/changerequest";
  return center.cloud.journal().write({.kind = EntryKind::message,
                                       .level = shown ? Level::story : Level::everything,
                                       .subject = item.id,
                                       .text = std::move(text),
                                       .detail = {{"status", item.spec.status}}});
}

}  // namespace

std::string arn_of(const OpsItem& item) {
  return arn(item.place, "ssm", fmt::format("opsitem/{}", item.id));
}

void tell_created(OpsCenter& center, const OpsItem& item) {
  const std::string severity =
      item.spec.severity.empty() ? "" : fmt::format(", severity {}", item.spec.severity);
  const CauseScope because{
      center.cloud.sim(),
      tell(center, item, fmt::format("opened: {}{}", item.spec.title, severity))};
  center.cloud.emit(item_event(item, "OpsItem Create"));
}

void tell_updated(OpsCenter& center, const OpsItem& item, std::string_view previous_status) {
  Event event = item_event(item, "OpsItem Update");
  event.detail["modified-by"] = item.modified_by;
  event.detail["modified-time"] = iso8601(item.modified);
  if (item.spec.status == previous_status) {
    center.cloud.emit(std::move(event));
    return;
  }
  const CauseScope because{
      center.cloud.sim(),
      tell(center, item, fmt::format("{}, was {}", item.spec.status, previous_status))};
  center.cloud.emit(std::move(event));
}

}  // namespace opsim::ops_center
