#include "models/ecs/task_definition.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/cloud/input.hpp"
#include "opsim/document/quantity.hpp"

namespace opsim::ecs {

namespace {

ApiError client_error(std::string message) { return {"ClientException", std::move(message)}; }

bool well_formed_family(std::string_view family) {
  return !family.empty() && family.size() <= 255 && std::ranges::all_of(family, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

/// "256", "0.25 vCPU", ".25 vcpu": CPU units. "512", "0.5 GB": MiB. Nothing for anything else.
std::optional<std::int64_t> amount(const Json& value, std::string_view unit) {
  if (const auto whole = input::integer(value)) return *whole;
  std::string text = input::text(value);
  if (text.starts_with('.')) text.insert(0, "0");
  const auto written = parse_quantity(text);
  if (!written) return std::nullopt;
  std::string lower = written->unit;
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  if (lower != unit) return std::nullopt;
  return static_cast<std::int64_t>(written->value * 1024);
}

struct FargateSize {
  std::int64_t cpu_units;
  std::int64_t least;
  std::int64_t most;
  std::int64_t step;
};
// Developer Guide, "Task CPU and memory" of Fargate tasks. 256 has 512, 1024 and 2048 only.
constexpr FargateSize kFargateSizes[] = {{256, 512, 2048, 512},       {512, 1024, 4096, 1024},
                                         {1024, 2048, 8192, 1024},    {2048, 4096, 16384, 1024},
                                         {4096, 8192, 30720, 1024},   {8192, 16384, 61440, 4096},
                                         {16384, 32768, 122880, 8192}};

ApiResult<ContainerSpec> read_container(const Json& input) {
  ContainerSpec container;
  container.name = input::text(input, "name");
  container.image = input::text(input, "image");
  if (container.name.empty()) return client_error("Container.name should not be null or empty.");
  if (container.image.empty()) return client_error("Container.image should not be null or empty.");
  container.essential = input::boolean(input, "essential").value_or(true);
  if (const Json& check = input::member(input, "healthCheck"); check.is_object()) {
    const auto read = read_health_check(check);
    if (!read) return read.error();
    container.health_check = *read;
  }
  const Json& ports = input::member(input, "portMappings");
  if (ports.is_array() && !ports.empty())
    container.port = input::integer(ports.front(), "containerPort");
  if (const auto seconds = input::integer(input, "stopTimeout")) {
    if (*seconds < 0 || *seconds > 120)
      return client_error("stopTimeout must be between 0 and 120 seconds");
    container.stop_timeout = std::chrono::seconds{*seconds};
  }
  container.cpu_units = input::integer(input, "cpu").value_or(0);
  const auto reserved = input::integer(input, "memoryReservation").value_or(0);
  container.memory_mib = input::integer(input, "memory").value_or(reserved);
  return container;
}

ApiResult<void> read_containers(TaskDefinition& made, const Json& input) {
  const Json& containers = input::member(input, "containerDefinitions");
  if (!containers.is_array() || containers.empty())
    return client_error("Container list cannot be empty.");
  if (containers.size() > 10)  // ECS quotas: containers in a task definition
    return client_error("Too many containers: a task definition has at most 10.");
  for (const Json& one : containers) {
    auto container = read_container(one);
    if (!container) return container.error();
    if (std::ranges::find(made.containers, container->name, &ContainerSpec::name) !=
        made.containers.end())
      return client_error(fmt::format("Duplicate container name '{}'.", container->name));
    made.containers.push_back(*std::move(container));
  }
  if (std::ranges::none_of(made.containers, &ContainerSpec::essential))
    return client_error("A task definition must have at least one essential container.");
  return {};
}

/// CPU and memory of the task; EC2 may leave them to the containers.
ApiResult<void> read_size(TaskDefinition& made, const Json& input) {
  const Json& cpu = input::member(input, "cpu");
  const Json& memory = input::member(input, "memory");
  if (made.fargate && (cpu.is_null() || memory.is_null()))
    return client_error("Fargate requires that 'cpu' and 'memory' be defined at the task level.");
  if (!cpu.is_null()) {
    const auto units = amount(cpu, "vcpu");
    if (!units) return client_error("Invalid setting for 'cpu'");
    made.cpu_units = *units;
  }
  if (!memory.is_null()) {
    const auto mib = amount(memory, "gb");
    if (!mib) return client_error("Invalid setting for 'memory'");
    made.memory_mib = *mib;
  }
  if (made.fargate)
    if (auto refused = refuse_fargate_size(made.cpu_units, made.memory_mib)) return *refused;
  std::int64_t memory_sum = 0;
  for (const ContainerSpec& container : made.containers) {
    memory_sum += container.memory_mib;
    if (memory.is_null() && container.memory_mib == 0)
      return client_error("Invalid setting for container '" + container.name +
                          "'. At least one of 'memory' or 'memoryReservation' must be specified.");
    if (cpu.is_null()) made.cpu_units += container.cpu_units;
  }
  if (memory.is_null()) made.memory_mib = memory_sum;
  return {};
}

/// What DescribeTaskDefinition tells of what was not given.
void show_defaults(TaskDefinition& made) {
  for (Json& container : made.shown["containerDefinitions"]) {
    if (!container.contains("cpu")) container["cpu"] = 0;
    if (!container.contains("essential")) container["essential"] = true;
    for (const char* const list : {"environment", "mountPoints", "portMappings", "volumesFrom"})
      if (!container.contains(list)) container[list] = Json::array();
    for (Json& port : container["portMappings"])
      if (port.is_object() && !port.contains("protocol")) port["protocol"] = "tcp";
  }
  for (const char* const list : {"placementConstraints", "volumes"})
    if (!made.shown.contains(list)) made.shown[list] = Json::array();
  Json compatible = Json::array({"EC2"});
  if (made.fargate) compatible.push_back("FARGATE");
  made.shown["compatibilities"] = std::move(compatible);
}

}  // namespace

Json in_api_case(const Json& value) {
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& item : value) list.push_back(in_api_case(item));
    return list;
  }
  if (!value.is_object()) return value;
  Json made = Json::object();
  for (const auto& [key, item] : value.items()) {
    std::string name = key;
    if (!name.empty() && name[0] >= 'A' && name[0] <= 'Z')
      name[0] = static_cast<char>(name[0] + 32);
    const bool chosen = name == "dockerLabels" || name == "options" || name == "driverOpts";
    made[name] = chosen ? item : in_api_case(item);
  }
  return made;
}

std::optional<ApiError> refuse_fargate_size(std::int64_t cpu_units, std::int64_t memory_mib) {
  const auto row = std::ranges::find(kFargateSizes, cpu_units, &FargateSize::cpu_units);
  const bool fits = row != std::end(kFargateSizes) && memory_mib >= row->least &&
                    memory_mib <= row->most && (memory_mib - row->least) % row->step == 0 &&
                    !(cpu_units == 256 && memory_mib == 1536);
  if (fits) return std::nullopt;
  return client_error(
      "No Fargate configuration exists for given values: " +
      fmt::format("{} CPU, {} memory. See the Amazon ECS documentation for valid values.",
                  cpu_units, memory_mib));
}

ApiResult<TaskDefinition> read_task_definition(const Json& input) {
  TaskDefinition made;
  made.family = input::text(input, "family");
  if (!well_formed_family(made.family))
    return client_error(
        "Family should contain only alphanumeric characters, hyphens and underscores, and be at "
        "most 255 long.");
  for (const std::string& one : input::texts(input, "requiresCompatibilities"))
    made.fargate = made.fargate || one == "FARGATE";
  if (const std::string mode = input::text(input, "networkMode"); !mode.empty())
    made.network_mode = mode;
  if (made.fargate && made.network_mode != "awsvpc")
    return client_error("Fargate only supports network mode 'awsvpc'.");
  if (auto read = read_containers(made, input); !read) return read.error();
  if (auto read = read_size(made, input); !read) return read.error();
  made.shown = in_api_case(input);
  made.shown.erase("tags");
  show_defaults(made);
  return made;
}

}  // namespace opsim::ecs
