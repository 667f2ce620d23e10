// When a secret rotates, and how.
// AWS: Secrets Manager User Guide, "Rotation by Lambda function", "Rotation schedules", "Lambda
// function rotation strategies"; "Logging Secrets Manager events with AWS CloudTrail".
#include <fmt/format.h>

#include <charconv>

#include "models/secrets_manager/secrets.hpp"

namespace opsim::secrets_manager {

namespace {

using Days = std::chrono::duration<std::int64_t, std::ratio<86'400>>;
using Hours = std::chrono::hours;

/// "Secrets Manager retries the entire rotation process multiple times": how often, and how long
/// between, no page says.
constexpr int kAttempts = 5;                                 // estimate
constexpr Duration kBetween = std::chrono::minutes{5};       // estimate
constexpr Duration kShortestWindow = std::chrono::hours{1};  // "as small as one hour"

/// Of the templates that AWS provides for rotation functions.
constexpr const char* kExcluded = "/@\"'\\";
constexpr std::string_view kClone = "_clone";

std::string other_user(const std::string& user) {
  return user.ends_with(kClone) ? user.substr(0, user.size() - kClone.size())
                                : user + std::string{kClone};
}

/// What createSecret puts: a new password, and with two users the other one of them.
std::string renewed(Secrets& all, const Secret& secret) {
  const std::string password = generated(all, Json{{"ExcludeCharacters", kExcluded}}, secret.name);
  const Version* now = secret.staged("AWSCURRENT");
  Json value = now == nullptr ? Json{} : Json::parse(now->text, nullptr, false);
  if (!value.is_object()) return password;
  value["password"] = password;
  // "masterarn ... required for the alternating users rotation strategy"
  if ((secret.alternating || value.contains("masterarn")) && value.contains("username"))
    value["username"] = other_user(input::text(value, "username"));
  return value.dump();
}

/// What the function did in a step that worked, as the provided templates do it.
void complete(Secrets& all, Secret& secret, std::string_view step, const std::string& id) {
  Version* version = secret.version(id);
  if (version == nullptr) return;
  if (step == "createSecret" && version->text.empty()) version->text = renewed(all, secret);
  if (step != "finishSecret") return;
  version->stages.erase("AWSPENDING");
  move_stage(all, secret, "AWSCURRENT", *version);
}

Process<bool> call_step(Secrets& all, Place place, std::string name, std::string step,
                        std::string id) {
  const Secret* secret = all.find(place, name);
  if (secret == nullptr || secret->rotation_function.empty()) co_return false;
  const Json event{{"Step", step}, {"SecretId", secret->arn}, {"ClientRequestToken", id}};
  const Caller caller{place, "secretsmanager.amazonaws.com", ""};
  Json call{{"FunctionName", secret->rotation_function}, {"Payload", event.dump()}};
  Process<ApiResult<Json>> calling = all.cloud.call(caller, "lambda", "Invoke", std::move(call));
  const ApiResult<Json> answer = co_await std::move(calling);
  co_return answer&& input::text(*answer, "FunctionError").empty();
}

/// The name of the step that failed, or "".
Process<std::string> attempt(Secrets& all, Place place, std::string name, std::string id) {
  for (const char* const step : {"createSecret", "setSecret", "testSecret", "finishSecret"}) {
    Process<bool> calling = call_step(all, place, name, step, id);
    const bool worked = co_await std::move(calling);
    Secret* secret = all.find(place, name);
    if (!worked || secret == nullptr) co_return step;
    complete(all, *secret, step, id);
  }
  co_return "";
}

bool is_pending(Secrets& all, const Place& place, const std::string& name, const std::string& id) {
  Secret* secret = all.find(place, name);
  const Version* version = secret == nullptr ? nullptr : secret->version(id);
  return version != nullptr && version->stages.contains("AWSPENDING");
}

void write(Secrets& all, const Secret& secret, std::string text) {
  const Resource* known = all.cloud.resources().find(secret.arn);
  all.cloud.journal().write({.kind = EntryKind::note,
                             .level = Level::story,
                             .subject = secret.name,
                             .text = std::move(text),
                             .source = known == nullptr ? "" : known->source});
}

void end_rotation(Secrets& all, Secret& secret) {
  secret.rotating = false;
  secret.rotated = all.cloud.sim().now();
  write(all, secret, "rotated: a new version is AWSCURRENT");
  tell_service_event(all, secret, "RotationSucceeded");
  // "the next rotation date based on the previous rotation"
  plan_rotation(all, secret);
}

/// Whether a schedule is one of hours: its window closes after an hour.
bool in_hours(const schedule::Expression& expression) {
  if (const auto* rate = std::get_if<schedule::Rate>(&expression))
    return rate->every % Days{1} != Duration{};
  const auto* cron = std::get_if<schedule::Cron>(&expression);
  return cron != nullptr && cron->hours.count() > 1;
}

std::optional<SimTime> next_window(const Secret& secret, SimTime now) {
  const schedule::Expression& expression = secret.rotation->schedule;
  const auto* rate = std::get_if<schedule::Rate>(&expression);
  if (rate == nullptr) return schedule::next_time(expression, TimeZone{}, secret.created, now);
  // "If you use a rate() expression, the rotation window starts at midnight."
  const SimTime last = secret.rotated.value_or(secret.created);
  // "Manually updating the secret value ... is considered a valid rotation": of
  // AutomaticallyAfterDays.
  const SimTime counts = secret.rotation->after_days ? secret.changed.value_or(last) : last;
  const SimTime from{std::chrono::floor<Days>(std::max(last, counts))};
  const auto passed = from > now ? 0 : (now - from) / rate->every;
  return from + rate->every * (passed + 1);
}

}  // namespace

void tell_service_event(Secrets& all, const Secret& secret, const char* name) {
  all.cloud.emit({.source = "aws.secretsmanager",
                  .detail_type = "AWS Service Event via CloudTrail",
                  .place = secret.place,
                  .detail = {{"eventVersion", "1.05"},
                             {"userIdentity",
                              {{"accountId", secret.place.account},
                               {"invokedBy", "secretsmanager.amazonaws.com"}}},
                             {"eventSource", "secretsmanager.amazonaws.com"},
                             {"eventName", name},
                             {"awsRegion", secret.place.region},
                             {"requestParameters", nullptr},
                             {"responseElements", nullptr},
                             {"additionalEventData", {{"SecretId", secret.arn}}},
                             {"readOnly", false},
                             {"eventType", "AwsServiceEvent"},
                             {"recipientAccountId", secret.place.account}},
                  .line = fmt::format("{} of {}", name, secret.name)});
}

std::string begin_version(Secrets& all, Secret& secret) {
  if (const Version* waiting = secret.staged("AWSPENDING")) return waiting->id;
  secret.versions.push_back({.id = all.cloud.next_uuid("secret version"),
                             .text = "",
                             .stages = {"AWSPENDING"},
                             .created = all.cloud.sim().now()});
  std::string id = secret.versions.back().id;
  drop_oldest(secret);
  return id;
}

Process<> rotate(Secrets& all, Place place, std::string name) {
  Secret* secret = all.find(place, name);
  if (secret == nullptr || secret->deletion || secret->rotating) co_return;
  secret->rotating = true;
  const std::string id = begin_version(all, *secret);
  tell_service_event(all, *secret, "RotationStarted");
  for (int tried = 0; tried < kAttempts; ++tried) {
    if (tried > 0) co_await all.cloud.sim().sleep(kBetween);
    if (!is_pending(all, place, name, id)) break;  // abandoned
    Process<std::string> trying = attempt(all, place, name, id);
    const std::string failed = co_await std::move(trying);
    secret = all.find(place, name);
    if (secret == nullptr) co_return;
    if (failed.empty()) co_return end_rotation(all, *secret);
    write(all, *secret, fmt::format("rotation failed in {}", failed));
    tell_service_event(all, *secret, "RotationFailed");
  }
  secret = all.find(place, name);
  if (secret == nullptr) co_return;
  secret->rotating = false;
  plan_rotation(all, *secret);
}

Process<> try_rotation(Secrets& all, Place place, std::string name) {
  Secret* secret = all.find(place, name);
  if (secret == nullptr) co_return;
  const std::string id = begin_version(all, *secret);
  tell_service_event(all, *secret, "TestRotationStarted");
  Process<bool> calling = call_step(all, place, name, "testSecret", id);
  const bool worked = co_await std::move(calling);
  secret = all.find(place, name);
  if (secret == nullptr) co_return;
  if (Version* version = secret->version(id)) version->stages.erase("AWSPENDING");
  tell_service_event(all, *secret, worked ? "TestRotationSucceeded" : "TestRotationFailed");
}

std::optional<SimTime> next_rotation(Secrets& all, const Secret& secret) {
  if (!secret.rotation) return std::nullopt;
  const auto start = next_window(secret, all.cloud.sim().now());
  if (!start) return std::nullopt;
  const SimTime day_ends = SimTime{std::chrono::floor<Days>(*start)} + Days{1};
  const Duration window = secret.rotation->window.value_or(
      in_hours(secret.rotation->schedule) ? Duration{Hours{1}} : day_ends - *start);
  // "Secrets Manager rotates your secret at any time during the rotation window."
  const double part = all.cloud.sim().random("secretsmanager window " + secret.name).uniform();
  const double seconds = std::chrono::duration<double>(window).count();
  return *start + std::chrono::seconds{static_cast<std::int64_t>(part * seconds)};
}

void plan_rotation(Secrets& all, Secret& secret) {
  Simulation& sim = all.cloud.sim();
  sim.cancel(secret.rotates);
  secret.next_rotation = next_rotation(all, secret);
  if (!secret.next_rotation) return;
  const CauseScope of_its_own{sim, CauseId::none};
  secret.rotates = sim.at(*secret.next_rotation, [&all, place = secret.place, name = secret.name] {
    all.cloud.sim().spawn(rotate(all, place, name));
  });
}

ApiResult<RotationRules> read_rules(const Json& rules) {
  const ApiError bad{"InvalidParameterException", "Invalid RotationRules"};
  const std::string text = input::text(rules, "ScheduleExpression");
  const auto days = input::integer(rules, "AutomaticallyAfterDays");
  if (text.empty() == !days.has_value()) return bad;  // "but not both"
  RotationRules read{schedule::Rate{Days{days.value_or(1)}}, std::nullopt, days.has_value()};
  if (days && (*days < 1 || *days > 1'000)) return bad;
  if (!text.empty()) {
    const auto expression = schedule::parse(text);
    if (!expression || std::holds_alternative<schedule::At>(*expression)) return bad;
    const auto* rate = std::get_if<schedule::Rate>(&*expression);
    // "as often as every four hours ... The maximum rotation period is 999 days."
    if (rate != nullptr && (rate->every < Hours{4} || rate->every > Days{999})) return bad;
    read.schedule = *expression;
  }
  if (const std::string window = input::text(rules, "Duration"); !window.empty()) {
    std::int64_t hours = 0;
    const char* const end = window.data() + window.size() - 1;
    const auto [stop, error] = std::from_chars(window.data(), end, hours);
    if (error != std::errc{} || stop != end || *end != 'h' || hours > 24) return bad;
    if (Hours{hours} < kShortestWindow) return bad;
    read.window = Hours{hours};
  }
  return read;
}

}  // namespace opsim::secrets_manager
