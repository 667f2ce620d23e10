#include "tests/sim/cloud/toy.hpp"

namespace opsim::tests {

namespace {

ApiResult<Json> count_things(Toy& toy, const Request&) { return Json{{"Count", toy.things}}; }

ApiResult<Json> put_thing(Toy& toy, const Request& request) {
  if (request.input.contains("Wrong")) return ApiError{"ValidationException", "Wrong is wrong"};
  return Json{{"Number", ++toy.things}};
}

Process<ApiResult<Json>> hold_thing(Toy& toy, Request request) {
  co_await toy.cloud.sim().sleep(kHold);
  ++toy.things;
  co_return Json{{"Held", std::string{request.operation}}};
}

constexpr Operation kOperations[] = {
    {.name = "CountThings", .access = Access::read, .now = immediate<Toy, count_things>},
    {.name = "HoldThing", .later = waiting<Toy, hold_thing>},
    {.name = "NameThing", .not_simulated = "names are not kept"},
    {.name = "PutThing",
     .now = immediate<Toy, put_thing>,
     .physics = {.tokens_per_second = kToyTokensPerSecond, .bucket = kToyBucket}},
};

ApiResult<Created> create_box(Toy&, const ResourceRequest& request) {
  return Created{.physical_id = "box-" + request.logical_id};
}
constexpr ResourceType kResources[] = {
    {.type = "AWS::Toy::Box", .create = create<Toy, create_box>}};

Process<ApiResult<Json>> take(Toy& toy, Delivery delivery) {
  toy.delivered.push_back(delivery.target.resource + ": " + delivery.text);
  co_return Json::object();
}
constexpr DeliveryTarget kTargets[] = {
    {.service = "toy", .resource = "box/", .deliver = deliver<Toy, take>}};

std::optional<double> read_level(Model& model, std::string_view resource, std::string_view part) {
  if (resource != "box-1" || !part.empty()) return std::nullopt;
  return static_cast<Toy&>(model).level;
}
void change_level(Model& model, std::string_view, std::string_view, Change change) {
  double& level = static_cast<Toy&>(model).level;
  level = change.how == Change::How::to ? change.value : level + change.value;
}
std::optional<double> read_lid(Model&, std::string_view, std::string_view part) {
  return part == "left" ? 1.0 : 0.0;
}
constexpr PhysicalQuantity kQuantities[] = {
    {.of = "AWS::Toy::Box",
     .name = "level",
     .unit = "%",
     .read = read_level,
     .change = change_level},
    {.of = "AWS::Toy::Box", .name = "lid", .unit = "", .read = read_lid},
};

std::vector<std::string> members_of(Model& model, std::string_view) {
  return static_cast<Toy&>(model).members;
}
constexpr Membership kMemberships[] = {{.of = "AWS::Toy::Shelf", .members = members_of}};

std::optional<ApiError> authorize(Model& model, const Request& request) {
  if (static_cast<Toy&>(model).denied != request.caller.principal) return std::nullopt;
  return ApiError{"AccessDenied", "not you", 403};
}

void see_event(Model& model, const Event& event) {
  static_cast<Witness&>(model).events.push_back(event);
}
void see_call(Model& model, const CallRecord& call) {
  const std::string answer = call.answer ? "ok" : call.answer.error().code;
  static_cast<Witness&>(model).calls.push_back(
      fmt::format("{}:{} {} by {}: {}", call.service, call.operation,
                  call.read_only ? "reads" : "writes", call.caller.principal, answer));
}
std::optional<ApiError> see_question(Model& model, const Request& request) {
  static_cast<Witness&>(model).asked.push_back(
      fmt::format("{}:{}", request.service, request.operation));
  return std::nullopt;
}
void see_health(Model& model, std::string_view resource, Health health) {
  static_cast<Witness&>(model).felt.push_back(fmt::format("{} is {}", resource, to_string(health)));
}
void see_target_health(Model& model, const TargetHealth& told) {
  static_cast<Witness&>(model).felt.push_back(fmt::format(
      "{} of {} {}", told.target, told.target_group, told.healthy ? "serves" : told.reason));
}

}  // namespace

const Service kToy{
    .name = "toy",
    .title = "Toy",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Toy>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .targets = kTargets,
    .quantities = kQuantities,
    .memberships = kMemberships,
    .authorize = authorize};

const Service kWitness{
    .name = "witness",
    .title = "Witness",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Witness>(); },
    .on_event = see_event,
    .on_call = see_call,
    .authorize = see_question,
    .on_health = see_health,
    .on_target_health = see_target_health};

}  // namespace opsim::tests
