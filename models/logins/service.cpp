// The table by which logins join the world.
#include "models/logins/service.hpp"

#include <algorithm>
#include <cmath>

#include "models/logins/logins.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/quantity.hpp"
#include "opsim/document/shape.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim {

namespace {

using logins::AllLogins;
using logins::Logins;
using logins::Source;

// ---- The section ----

constexpr std::string_view kLoginsType = "Logins";
constexpr Shape kName{.kind = Kind::text, .min = 1};
constexpr Shape kOften{.kind = Kind::rate, .example = "20/s"};
constexpr Shape kLong{.kind = Kind::duration, .example = "1h"};
constexpr Shape kMoment{.kind = Kind::time, .example = "2026-01-20T00:00:00Z"};
constexpr Shape kHour{.kind = Kind::number, .min = 0, .max = 24, .example = "11"};
constexpr Shape kImages{
    .kind = Kind::table, .doc = "What each image holds, by its id.", .of = &kName};
constexpr Field kPasswordFields[] = {
    {.name = "images", .shape = &kImages},
    {.name = "kept for",
     .shape = &kLong,
     .doc = "How long what was read is used; 0s: read at each login. Without it: as long as the "
            "instance lives."},
    {.name = "parameter", .shape = &kName, .doc = "Of Parameter Store."},
    {.name = "secret", .shape = &kName, .doc = "Of Secrets Manager."},
};
constexpr Shape kPassword{.kind = Kind::mapping,
                          .doc =
                              "Where the instances have it from: a secret, a parameter, or "
                              "their image.",
                          .fields = kPasswordFields};
constexpr Field kRushFields[] = {
    {.name = "from", .shape = &kHour, .need = Need::required, .doc = "The hour, UTC."},
    {.name = "hours", .shape = &kHour, .need = Need::required},
    {.name = "rate", .shape = &kOften, .need = Need::required},
};
constexpr Shape kRush{.kind = Kind::mapping, .doc = "Each day.", .fields = kRushFields};
constexpr Field kLoginsFields[] = {
    {.name = "changed",
     .shape = &kMoment,
     .doc = "When the password was last changed, before the run."},
    {.name = "from", .shape = &kName, .need = Need::required, .doc = "Whose instances log in."},
    {.name = "must change every", .shape = &kLong, .doc = "What the policy says."},
    {.name = "password", .shape = &kPassword},
    {.name = "rate",
     .shape = &kOften,
     .need = Need::required,
     .doc = "New connections of all instances together."},
    {.name = "rush", .shape = &kRush},
    {.name = "to", .shape = &kName, .need = Need::required, .doc = "The database."},
};
constexpr Shape kLoginsShape{.kind = Kind::mapping, .name = "logins", .fields = kLoginsFields};
constexpr Shape kSectionShape{
    .kind = Kind::table, .doc = "Instances that log in to a database.", .of = &kLoginsShape};
constexpr Field kPhysicsFields[] = {{.name = "password", .shape = &kPassword}};
constexpr Shape kPhysicsShape{.kind = Kind::mapping, .fields = kPhysicsFields};

std::string text_at(const Node& node, std::string_view key) {
  const std::optional<Node> found = node.find(key);
  return found ? std::string{found->spelling()} : std::string{};
}

double rate_at(const Node& node) {
  const auto rate = parse_rate(text_at(node, "rate"));
  return rate ? rate->per_second() : 0;
}

Duration hours_at(const Node& node, std::string_view key) {
  const Json hours = node.find(key).value_or(Node{}).to_json();
  const double number = hours.is_number() ? hours.get<double>() : 0;
  return std::chrono::seconds{static_cast<std::int64_t>(number * 3'600)};
}

Source read_source(const Node& text) {
  Source source;
  source.kept = parse_duration(text_at(text, "kept for"));
  for (const auto& [key, kind] :
       {std::pair{"parameter", Source::Kind::parameter}, std::pair{"secret", Source::Kind::secret}})
    if (const std::string name = text_at(text, key); !name.empty()) {
      source.kind = kind;
      source.name = name;
    }
  const std::optional<Node> images = text.find("images");
  if (!images) return source;
  source.kind = Source::Kind::images;
  for (const auto& [id, value, at] : images->entries())
    source.images[std::string{id}] = value.spelling();
  return source;
}

Logins read_logins(std::string_view name, const Node& text) {
  Logins logins;
  logins.name = name;
  logins.line = text.source();
  logins.from = text_at(text, "from");
  logins.to = text_at(text, "to");
  logins.rate = rate_at(text);
  logins.changed = parse_iso8601(text_at(text, "changed"));
  logins.must_change_every = parse_duration(text_at(text, "must change every"));
  if (const auto rush = text.find("rush")) {
    const Duration starts = hours_at(*rush, "from");  // of one day: it ends at midnight
    logins.rush = {rate_at(*rush), starts,
                   std::min(hours_at(*rush, "hours"), Duration{std::chrono::hours{24}} - starts)};
  }
  if (const auto password = text.find("password")) logins.source = read_source(*password);
  return logins;
}

void read_section(Model& model, Cloud& cloud, const Node& section) {
  auto& all = static_cast<AllLogins&>(model);
  for (const auto& [name, text, at] : section.entries()) {
    all.all.emplace(name, read_logins(name, text));
    cloud.resources().add({.logical_id = std::string{name},
                           .type = std::string{kLoginsType},
                           .physical_id = std::string{name},
                           .place = cloud.home(),
                           .source = text.source()});
  }
  cloud.sim().after(Duration{}, [&all] {
    for (auto& [name, logins] : all.all) logins::begin(all, logins);
  });
}

void apply_physics(Model& model, const PhysicsRequest& request) {
  auto& all = static_cast<AllLogins&>(model);
  const auto logins = all.all.find(request.name);
  const auto password = request.values.find("password");
  if (logins != all.all.end() && password) logins->second.source = read_source(*password);
}

// ---- What the world does ----

/// The secret, by its ARN or name, that a call or an event is about.
bool is_about(AllLogins& all, const Logins& logins, const std::string& id) {
  if (logins.source.kind != Source::Kind::secret) return false;
  const std::string own = logins::source_id(all, logins.source);
  if (own == id) return true;
  const auto described =
      all.cloud.inspect(all.cloud.home(), "secretsmanager", "DescribeSecret", {{"SecretId", own}});
  return described &&
         (input::text(*described, "ARN") == id || input::text(*described, "Name") == id);
}

/// "setSecret: change the credentials in the database or service to match the new credentials in
/// the AWSPENDING version": the database takes them from here on.
void function_called(AllLogins& all, const CallRecord& call) {
  if (call.caller.principal != "secretsmanager.amazonaws.com") return;
  if (!input::text(*call.answer, "FunctionError").empty()) return;
  const Json event = Json::parse(input::text(call.input, "Payload"), nullptr, false);
  if (input::text(event, "Step") != "setSecret") return;
  const std::string id = input::text(event, "SecretId");
  const Json asked{{"SecretId", id}, {"VersionId", input::text(event, "ClientRequestToken")}};
  for (auto& [name, logins] : all.all) {
    if (!is_about(all, logins, id)) continue;
    const auto value =
        all.cloud.inspect(all.cloud.home(), "secretsmanager", "GetSecretValue", asked);
    if (value)
      logins::set_password(all, logins,
                           logins::read_credential(input::text(*value, "SecretString")));
  }
}

void database_modified(AllLogins& all, const CallRecord& call) {
  const std::string password = input::text(call.input, "MasterUserPassword");
  if (password.empty()) return;
  const std::string cluster = input::text(call.input, "DBClusterIdentifier");
  const std::string id =
      cluster.empty() ? input::text(call.input, "DBInstanceIdentifier") : cluster;
  for (auto& [name, logins] : all.all) {
    const Resource* database = all.cloud.resources().find_named(logins.to);
    if (database != nullptr && database->physical_id == id)
      logins::set_password(all, logins, {"", password});
  }
}

void call_ended(Model& model, const CallRecord& call) {
  auto& all = static_cast<AllLogins&>(model);
  if (all.all.empty() || !call.answer) return;
  if (call.service == "lambda" && call.operation == "Invoke") return function_called(all, call);
  if (call.service == "rds") return database_modified(all, call);
  if (call.read_only) return;
  const bool parameter = call.service == "ssm" && call.operation == "PutParameter";
  if (!parameter && call.service != "secretsmanager") return;
  const std::string id = input::text(call.input, parameter ? "Name" : "SecretId");
  for (auto& [name, logins] : all.all)
    if (parameter ? logins.source.kind == Source::Kind::parameter &&
                        logins::source_id(all, logins.source) == id
                  : is_about(all, logins, id))
      logins::source_changed(all, logins);
}

void event_heard(Model& model, const Event& event) {
  auto& all = static_cast<AllLogins&>(model);
  if (all.all.empty()) return;
  if (event.source == "aws.secretsmanager" &&
      input::text(event.detail, "eventName") == "RotationSucceeded") {
    const std::string id =
        input::text(input::member(event.detail, "additionalEventData"), "SecretId");
    for (auto& [name, logins] : all.all)
      if (is_about(all, logins, id)) logins::source_changed(all, logins);
  }
  if (event.source != "aws.ec2" || event.detail_type != "EC2 Instance State-change Notification")
    return;
  const std::string state = input::text(event.detail, "state");
  if (state == "shutting-down" || state == "stopping" || state == "terminated")
    logins::instance_went(all, input::text(event.detail, "instance-id"));
}

void health_changed(Model& model, std::string_view resource, Health health) {
  auto& all = static_cast<AllLogins&>(model);
  if (!all.all.empty() && health == Health::ok && resource.starts_with("i-"))
    logins::instance_came(all, resource);
}

// ---- What may be asked ----

template <double (*Of)(AllLogins&, const Logins&)>
std::optional<double> read_one(Model& model, std::string_view name, std::string_view) {
  auto& all = static_cast<AllLogins&>(model);
  const auto found = all.all.find(name);
  if (found == all.all.end()) return std::nullopt;
  logins::count(all, found->second);
  return Of(all, found->second);
}

double failed(AllLogins&, const Logins& logins) { return std::ceil(logins.failed); }
double throttled(AllLogins&, const Logins& logins) { return std::ceil(logins.throttled); }
double oldest(AllLogins&, const Logins& logins) {
  return std::round(std::chrono::duration<double>(logins.oldest).count() / 864) / 100;
}
double cost(AllLogins& all, const Logins& logins) {
  return std::round(logins::monthly_cost(all, logins) * 100) / 100;
}

constexpr PhysicalQuantity kQuantities[] = {
    {kLoginsType, "dollars-a-month", "USD", read_one<cost>, nullptr},
    {kLoginsType, "failed-logins", "", read_one<failed>, nullptr},
    {kLoginsType, "password-days", "d", read_one<oldest>, nullptr},
    {kLoginsType, "throttled-reads", "", read_one<throttled>, nullptr},
};
const Section kSections[] = {{"logins", &kSectionShape, read_section}};
constexpr Physics kPhysics[] = {{kLoginsType, &kPhysicsShape, apply_physics}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "a password that a database takes from the step setSecret of a rotation, or from "
     "ModifyDBInstance with MasterUserPassword; who holds another is refused when it connects anew",
     "Secrets Manager User Guide, rotate-secrets_lambda-functions, rotation-strategy; RDS API "
     "Reference, ModifyDBInstance"},
    {Grade::simulated, "reads of each login against what AWS allows a second",
     "General Reference, Systems Manager quotas, Secrets Manager quotas"},
    {Grade::simplified,
     "logins are a flow; connections that stand stay; a read that would bring nothing new is "
     "counted, not made"},
    {Grade::simplified,
     "instances read with the role of their profile; without one, EC2 asks for them"},
    {Grade::absent, "logins of people, tokens of IAM database authentication, RDS Proxy"},
};

}  // namespace

extern const Service kLogins{
    .name = "logins",
    .title = "Logins",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<AllLogins>(cloud);
    },
    .physics = kPhysics,
    .quantities = kQuantities,
    .sections = kSections,
    .fidelity = kFidelity,
    .on_event = event_heard,
    .on_call = call_ended,
    .on_health = health_changed,
};

}  // namespace opsim
