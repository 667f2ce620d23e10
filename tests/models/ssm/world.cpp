#include "tests/models/ssm/world.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "models/parameter_store/service.hpp"
#include "models/ssm/operations.hpp"

namespace opsim::tests {

namespace {

bool passes(const std::string& id, const FakeInstance& instance, const Json& filters) {
  return std::ranges::all_of(filters, [&](const Json& filter) {
    const std::string name = input::text(filter, "Name");
    const std::vector<std::string> values = input::texts(filter, "Values");
    const auto has = [&](const std::string& value) {
      return std::ranges::find(values, value) != values.end();
    };
    if (name == "instance-id") return has(id);
    if (name == "tag-key")
      return std::ranges::any_of(instance.tags, [&](const auto& tag) { return has(tag.first); });
    if (!name.starts_with("tag:")) return false;
    const auto tag = instance.tags.find(name.substr(4));
    return tag != instance.tags.end() && has(tag->second);
  });
}

Json instance_view(const std::string& id, const FakeInstance& instance) {
  Json view{
      {"InstanceId", id}, {"State", {{"Name", instance.state}}}, {"InstanceType", "t3.micro"}};
  if (!instance.platform.empty()) view["Platform"] = instance.platform;
  if (instance.has_role)
    view["IamInstanceProfile"] = {{"Arn", "arn:aws:iam::1:instance-profile/p"}};
  return view;
}

std::optional<double> read_disk(Model& model, std::string_view resource, std::string_view) {
  const auto& all = static_cast<FakeEc2&>(model).instances;
  const auto found = all.find(resource);
  if (found == all.end()) return std::nullopt;
  return found->second.disk;
}

void change_disk(Model& model, std::string_view resource, std::string_view, Change change) {
  FakeEc2& ec2 = static_cast<FakeEc2&>(model);
  FakeInstance& instance = ec2.instances.find(resource)->second;
  instance.disk = change.how == Change::How::to ? change.value : instance.disk + change.value;
  ec2.cloud.set_health(resource, instance.disk < 80 ? Health::ok : Health::in_danger, "disk");
}

Process<ApiResult<Json>> take(FakeEc2& ec2, Delivery delivery) {
  ec2.delivered.push_back(fmt::format("{}: {}", delivery.target.text(), delivery.text));
  co_return Json::object();
}

constexpr PhysicalQuantity kQuantities[] = {
    {"AWS::EC2::Instance", "disk", "%", &read_disk, &change_disk}};
constexpr DeliveryTarget kTargets[] = {{"sns", "", &deliver<FakeEc2, take>}};
constexpr Operation kOperations[] = {
    {.name = "CreateTags", .now = &immediate<FakeEc2, create_tags>},
    {.name = "DescribeInstances",
     .access = Access::read,
     .now = &immediate<FakeEc2, describe_instances>},
    {.name = "RebootInstances", .now = &immediate<FakeEc2, change_state>},
    {.name = "StartInstances", .now = &immediate<FakeEc2, change_state>},
    {.name = "StopInstances", .now = &immediate<FakeEc2, change_state>},
    {.name = "TerminateInstances", .now = &immediate<FakeEc2, change_state>},
};

}  // namespace

const Service kFakeEc2{
    .name = "ec2",
    .title = "stand-in",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<FakeEc2>(cloud); },
    .operations = kOperations,
    .targets = kTargets,
    .quantities = kQuantities,
    .on_event = [](Model& model,
                   const Event& event) { static_cast<FakeEc2&>(model).events.push_back(event); }};

Catalog fake_catalog() {
  static const Service* const services[] = {&kSsm, &kParameterStore, &kFakeEc2};
  return services;
}

ApiResult<Json> describe_instances(FakeEc2& ec2, const Request& request) {
  const std::vector<std::string> ids = input::texts(request.input, "InstanceIds");
  const Json& filters = input::member(request.input, "Filters");
  Json found = Json::array();
  for (const auto& [id, instance] : ec2.instances)
    if ((ids.empty() || std::ranges::find(ids, id) != ids.end()) &&
        (!filters.is_array() || passes(id, instance, filters)))
      found.push_back(instance_view(id, instance));
  for (const std::string& id : ids)
    if (!ec2.instances.contains(id))
      return ApiError{"InvalidInstanceID.NotFound",
                      fmt::format("The instance ID '{}' does not exist", id)};
  return Json{{"Reservations", Json::array({Json{{"Instances", std::move(found)}}})}};
}

ApiResult<Json> change_state(FakeEc2& ec2, const Request& request) {
  ec2.calls.push_back(fmt::format("{} by {}", request.operation, request.caller.principal));
  const std::string state = request.operation == "StartInstances"  ? "running"
                            : request.operation == "StopInstances" ? "stopped"
                                                                   : "terminated";
  if (request.operation == "RebootInstances") return Json::object();
  for (const std::string& id : input::texts(request.input, "InstanceIds")) {
    const auto found = ec2.instances.find(id);
    if (found == ec2.instances.end())
      return ApiError{"InvalidInstanceID.NotFound",
                      fmt::format("The instance ID '{}' does not exist", id)};
    ec2.cloud.sim().after(30s, [&ec2, id, state] { ec2.instances[id].state = state; });
  }
  return Json::object();
}

ApiResult<Json> create_tags(FakeEc2& ec2, const Request& request) {
  for (const std::string& id : input::texts(request.input, "Resources"))
    for (const auto& [key, value] : input::tags(input::member(request.input, "Tags")))
      ec2.instances[id].tags[key] = value;
  return Json::object();
}

World::World(Seed seed, Level level, Catalog catalog)
    : sim{kStart, seed}, journal{sim, level}, cloud{sim, journal, catalog, kHome} {}

ApiResult<Json> World::ask(std::string_view operation, const Json& input, const std::string& by) {
  const Caller caller{kHome, by, ""};
  const OperationFound found = find_operation(cloud.catalog(), "ssm", operation);
  REQUIRE_MESSAGE(found.row != nullptr, found.unknown.message);
  const Request request{cloud, caller, "ssm", found.row->name, input};
  return found.row->now(*cloud.model(found.table->name), request);
}

void World::add_instance(const std::string& id, FakeInstance instance) {
  ec2().instances[id] = std::move(instance);
  Resource resource;
  resource.type = "AWS::EC2::Instance";
  resource.physical_id = id;
  resource.place = kHome;
  cloud.resources().add(std::move(resource));
}

void World::document(const std::string& name, std::string_view yaml, std::string_view type) {
  const ApiResult<Json> made =
      ask("CreateDocument", {{"Name", name}, {"DocumentType", type}, {"Content", yaml}});
  REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message));
}

void World::physics(std::string_view name, std::string_view yaml) {
  const Document read = read_yaml("scenario.yaml", yaml);
  const auto slash = name.find('/');
  const std::string_view document = name.substr(0, slash);
  const std::string_view part =
      slash == std::string_view::npos ? std::string_view{} : name.substr(slash + 1);
  const PhysicsRequest request{cloud, document, part, cloud.resources().find(document), read.root};
  ssm::apply_script_physics(ssm(), request);
}

std::string World::start(std::string_view document, const Json& parameters) {
  const ApiResult<Json> started =
      ask("StartAutomationExecution", {{"DocumentName", document}, {"Parameters", parameters}});
  REQUIRE_MESSAGE(started.has_value(), (started ? "" : started.error().message));
  return started->at("AutomationExecutionId").get<std::string>();
}

Json World::execution(const std::string& id) {
  return ask("GetAutomationExecution", {{"AutomationExecutionId", id}})->at("AutomationExecution");
}

std::string World::status(const std::string& id) {
  return execution(id).at("AutomationExecutionStatus").get<std::string>();
}

std::string World::steps(const std::string& id) {
  std::string text;
  const Json view = execution(id);
  for (const Json& step : view.at("StepExecutions")) {
    const auto status = step.at("StepStatus").get<std::string>();
    if (status == "Pending") continue;
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {}", step.at("StepName").get<std::string>(), status);
  }
  return text;
}

Json World::step(const std::string& id, std::string_view name) {
  const Json view = execution(id);
  for (const Json& step : view.at("StepExecutions"))
    if (step.at("StepName") == name) return step;
  FAIL("no such step");
  return {};
}

std::vector<std::string> World::statuses_told(std::string_view detail_type) {
  std::vector<std::string> told;
  for (const Event& event : ec2().events)
    if (event.detail_type == detail_type)
      told.push_back(
          input::text(event.detail, event.detail.contains("Status") ? "Status" : "status"));
  return told;
}

}  // namespace opsim::tests
