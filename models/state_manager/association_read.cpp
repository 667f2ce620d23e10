// AWS: Systems Manager API Reference, CreateAssociation; User Guide, "Cron and rate expressions for
// associations", "Creating associations" (offsets, apply only at the next cron interval).
#include <fmt/format.h>

#include <algorithm>

#include "models/state_manager/association.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::state_manager {

namespace {

constexpr int kLookedAt = 60;  // times of a cron, to see how often it comes

ApiError invalid_schedule(std::string_view text, std::string_view why) {
  return {"InvalidSchedule", fmt::format("{}: {}", opsim::quoted(text), why)};
}

/// "cron(0 0 2 ? * SUN *)" without its seconds; nothing where these are not 0.
std::optional<std::string> without_seconds(std::string_view text) {
  if (!text.starts_with("cron(") || std::ranges::count(text, ' ') != 6) return std::string{text};
  const auto blank = text.find(' ');
  if (text.substr(5, blank - 5) != "0") return std::nullopt;
  return fmt::format("cron({}", text.substr(blank + 1));
}

bool comes_too_often(const AssociationSchedule& schedule) {
  SimTime last = SimTime{} + std::chrono::days{20'000};
  std::optional<SimTime> previous;
  for (int i = 0; i < kLookedAt; ++i) {
    const auto next = schedule.next(SimTime{}, last);
    if (!next) return false;
    if (previous && *next - *previous < std::chrono::minutes{30}) return true;
    previous = last = *next;
  }
  return false;
}

constexpr std::string_view kSeverities[] = {"CRITICAL", "HIGH", "LOW", "MEDIUM", "UNSPECIFIED"};
constexpr std::string_view kSyncs[] = {"AUTO", "MANUAL"};

std::optional<ApiError> read_word(const Json& input, std::string_view name,
                                  std::span<const std::string_view> known, std::string& word) {
  const std::string text = input::text(input, name);
  if (text.empty()) return std::nullopt;
  word = text;
  if (std::ranges::find(known, text) != known.end()) return std::nullopt;
  return ApiError{"ValidationException",
                  fmt::format("{} is {}; {}{}", name, opsim::quoted(text), one_of_text(known),
                              did_you_mean(text, known))};
}

/// "10" or "10%"; concurrency is never 0.
bool is_limit(std::string_view text, bool may_be_zero) {
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  const auto number = input::integer(Json(std::string{text}));
  return number && *number >= (may_be_zero ? 0 : 1) && (!percent || *number <= 100);
}

std::optional<ApiError> read_limits(const Json& input, AssociationSpec& spec) {
  for (const auto& [name, limit, zero] :
       {std::tuple{"MaxConcurrency", &spec.max_concurrency, false},
        std::tuple{"MaxErrors", &spec.max_errors, true}}) {
    const std::string text = input::text(input, name);
    if (text.empty()) continue;
    if (!is_limit(text, zero))
      return ApiError{"ValidationException",
                      fmt::format("{} is {}; a number or a percentage", name, opsim::quoted(text))};
    *limit = text;
  }
  return std::nullopt;
}

std::optional<ApiError> read_schedule(const Json& input, AssociationSpec& spec) {
  const auto only_at_cron = input::boolean(input, "ApplyOnlyAtCronInterval");
  spec.apply_only_at_cron = only_at_cron.value_or(spec.apply_only_at_cron);
  const std::string text = input::text(input, "ScheduleExpression");
  const auto offset = input::integer(input, "ScheduleOffset");
  if (offset && (*offset < 1 || *offset > 6))
    return ApiError{"ValidationException",
                    fmt::format("ScheduleOffset is {}; from 1 to 6 days", *offset)};
  if (offset && !spec.apply_only_at_cron)
    return ApiError{"ValidationException", "ScheduleOffset needs ApplyOnlyAtCronInterval"};
  if (offset && !text.starts_with("cron("))
    return ApiError{"ValidationException", "ScheduleOffset needs a cron expression"};
  if (spec.apply_only_at_cron && text.starts_with("rate("))
    return ApiError{"ValidationException",
                    "ApplyOnlyAtCronInterval is not supported for rate expressions"};
  if (text.empty()) return std::nullopt;
  ApiResult<AssociationSchedule> schedule =
      AssociationSchedule::parse(text, static_cast<int>(offset.value_or(0)));
  if (!schedule) return schedule.error();
  spec.schedule = *std::move(schedule);
  return std::nullopt;
}

void read_targets(const Json& input, AssociationSpec& spec) {
  if (const std::string id = input::text(input, "InstanceId"); !id.empty())
    spec.targets = Json::array({{{"Key", "InstanceIds"}, {"Values", Json::array({id})}}});
  if (const Json& targets = input::member(input, "Targets"); targets.is_array())
    spec.targets = targets;
  const Json& parameters = input::member(input, "Parameters");
  if (!parameters.is_object()) return;
  spec.parameters = Json::object();
  for (const auto& [key, value] : parameters.items())
    spec.parameters[key] = value.is_array() ? value : Json::array({value});
}

}  // namespace

ApiResult<AssociationSchedule> AssociationSchedule::parse(std::string_view text, int offset_days) {
  const auto plain = without_seconds(text);
  if (!plain) return invalid_schedule(text, "the seconds of a cron can only be 0");
  const auto expression = schedule::parse(*plain);
  if (!expression) return invalid_schedule(text, "no cron, rate or at expression");
  AssociationSchedule made{std::string{text}, *expression, offset_days};
  if (const auto* rate = std::get_if<schedule::Rate>(&*expression)) {
    if (rate->every < std::chrono::minutes{30} || rate->every >= std::chrono::days{31})
      return invalid_schedule(text, "rates go from 30 minutes to less than 31 days");
  } else if (comes_too_often(made)) {
    return invalid_schedule(text, "an association runs every 30 minutes at most");
  }
  return made;
}

std::optional<SimTime> AssociationSchedule::next(SimTime anchor, SimTime after) const {
  const Duration offset = std::chrono::days{offset_days};
  // reference-cron-and-rate-expressions: a day that had passed when the association was made does
  // not come back by its offset.
  const SimTime from = offset_days == 0 ? after : std::max(anchor, after - offset);
  const auto found = schedule::next_time(expression, TimeZone{}, anchor, from);
  return found ? std::optional{*found + offset} : std::nullopt;
}

ApiResult<AssociationSpec> read_association(const Json& input, AssociationSpec base) {
  for (const auto& [name, member] :
       {std::pair{"Name", &base.document}, std::pair{"AssociationName", &base.association_name},
        std::pair{"DocumentVersion", &base.document_version},
        std::pair{"AutomationTargetParameterName", &base.automation_target}})
    if (std::string text = input::text(input, name); !text.empty()) *member = std::move(text);
  if (base.document.empty()) return ApiError{"ValidationException", "Name is required"};
  read_targets(input, base);
  if (auto wrong = read_schedule(input, base)) return *std::move(wrong);
  if (auto wrong = read_limits(input, base)) return *std::move(wrong);
  if (auto wrong = read_word(input, "ComplianceSeverity", kSeverities, base.severity))
    return *std::move(wrong);
  if (auto wrong = read_word(input, "SyncCompliance", kSyncs, base.sync_compliance))
    return *std::move(wrong);
  if (input::member(input, "CalendarNames").is_array())
    base.calendars = input::texts(input, "CalendarNames");
  if (const Json& output = input::member(input, "OutputLocation"); output.is_object())
    base.output_location = output;
  if (const Json& alarm = input::member(input, "AlarmConfiguration"); alarm.is_object())
    base.alarm = alarm;
  return base;
}

}  // namespace opsim::state_manager
