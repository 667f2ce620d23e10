// What a timeline can break in tasks. The fields of a shape are the prepositions of a sentence:
//   crash container on Web hitting one
//   leak container memory at 30 %/h on Web hitting one for 2h
//   hang container on Web hitting two for 10min
//   interrupt spot task on Web hitting one
//   retire task on Web
#include "models/ecs/faults.hpp"

#include <algorithm>

#include "models/ecs/ecs.hpp"
#include "opsim/cloud/fault_target.hpp"
#include "opsim/document/quantity.hpp"

namespace opsim::ecs {

namespace {

constexpr Shape kFaultText{.kind = Kind::text, .min = 1};
constexpr std::string_view kLeakUnits[] = {"%"};
constexpr Shape kLeakRate{.kind = Kind::rate, .allowed = kLeakUnits, .example = "30 %/h"};

constexpr Field kOn{.name = "on",
                    .shape = &kFaultText,
                    .need = Need::required,
                    .doc = "A service: each of its tasks, unless `hitting` says how many."};
constexpr Field kFor{.name = "for", .shape = &kLastsShape, .doc = "Until it ends by itself."};
constexpr Field kSome{
    .name = "hitting", .shape = &kManyShape, .doc = "How many tasks, chosen by chance (all)."};
constexpr Field kNamed{
    .name = "named", .shape = &kFaultText, .doc = "Which container (the first essential one)."};

constexpr Field kCrashFields[] = {kNamed, kOn, kSome};
constexpr Field kExhaustFields[] = {kOn, kSome};
constexpr Field kWhileFields[] = {kNamed, kOn, kFor, kSome};
constexpr Field kLeakFields[] = {
    {.name = "at", .shape = &kLeakRate, .need = Need::required, .doc = "How fast memory fills."},
    kOn,
    kFor,
    kSome};

constexpr Shape kCrash{
    .kind = Kind::mapping, .doc = "A container ends with exit code 1.", .fields = kCrashFields};
constexpr Shape kExhaust{.kind = Kind::mapping,
                         .doc = "A container is killed for want of memory.",
                         .fields = kExhaustFields};
constexpr Shape kHang{
    .kind = Kind::mapping, .doc = "A container runs and answers nobody.", .fields = kWhileFields};
constexpr Shape kFailChecks{.kind = Kind::mapping,
                            .doc = "Health checks fail, though users are served.",
                            .fields = kWhileFields};
constexpr Shape kInterrupt{.kind = Kind::mapping,
                           .doc =
                               "Fargate takes the capacity of tasks of FARGATE_SPOT back, two "
                               "minutes after it says so.",
                           .fields = kExhaustFields};
constexpr Shape kRetire{.kind = Kind::mapping,
                        .doc =
                            "AWS retires tasks for maintenance: a service replaces them as its "
                            "deployment configuration says.",
                        .fields = kExhaustFields};
constexpr Shape kLeak{
    .kind = Kind::mapping, .doc = "A container leaks memory.", .fields = kLeakFields};

/// Those of the running tasks that are hit: all, or a number chosen by chance.
std::vector<Task*> hit(Ecs& ecs, const FaultRequest& request) {
  std::vector<Task*> running;
  for (const std::string& arn : request.targets) {
    const auto found = ecs.tasks.find(arn);
    if (found != ecs.tasks.end() && found->second.is_up() && found->second.wanted)
      running.push_back(&found->second);
  }
  return choose_hit(request, std::move(running), ecs.sim().random("ecs.fault." + request.luck),
                    &Task::arn);
}

void crash_container(Ecs& ecs, const FaultRequest& request) {
  for (Task* task : hit(ecs, request))
    end_container(ecs, *task, main_container(*task, fault_text(request, "named")), 1, "");
}

void exhaust_memory(Ecs& ecs, const FaultRequest& request) {
  for (Task* task : hit(ecs, request)) {
    task->memory.set_level(ecs.now(), 100);
    memory_changed(ecs, *task);
  }
}

void leak_memory(Ecs& ecs, const FaultRequest& request) {
  const auto rate = parse_rate(fault_text(request, "at"));
  for (Task* task : hit(ecs, request))
    set_leak(ecs, *task, rate ? rate->per_second() : 0, fault_lasts(request));
}

void interrupt_spot(Ecs& ecs, const FaultRequest& request) {
  for (Task* task : hit(ecs, request)) {
    if (task->capacity_provider != "FARGATE_SPOT") {
      tell(ecs, *task, "no spot", "does not run on FARGATE_SPOT: nothing takes its capacity back",
           Level::story);
      continue;
    }
    stop_task(ecs, *task, "SpotInterruption", kInterrupted);
  }
}

void retire(Ecs& ecs, const FaultRequest& request) {
  for (Task* task : hit(ecs, request)) {
    Service* const service = ecs.service(task->service);
    if (service == nullptr) {
      stop_task(ecs, *task, "ServiceSchedulerInitiated", kMaintenance);
      continue;
    }
    task->retires = true;
    service->steady = false;
    tell(ecs, *task, "retires", "is to be retired for maintenance", Level::story);
    look_soon(ecs, *service);
  }
}

/// Sets a condition of a container, and takes it back when the time is over.
template <bool Container::*Condition>
void impose(Ecs& ecs, const FaultRequest& request) {
  for (Task* task : hit(ecs, request)) {
    const std::string name = main_container(*task, fault_text(request, "named")).name;
    find_container(*task, name)->*Condition = true;
    condition_changed(ecs, *task);
    if (const auto wait = fault_lasts(request))
      ecs.sim().after(*wait, [&ecs, arn = task->arn, name] {
        const auto found = ecs.tasks.find(arn);
        if (found == ecs.tasks.end() || !found->second.is_up()) return;
        find_container(found->second, name)->*Condition = false;
        condition_changed(ecs, found->second);
      });
  }
}

template <void (*Begin)(Ecs&, const FaultRequest&)>
void begin(Model& model, const FaultRequest& request) {
  Begin(static_cast<Ecs&>(model), request);
}

const Fault kFaultRows[] = {
    {"crash container", &kCrash, begin<crash_container>},
    {"exhaust container memory", &kExhaust, begin<exhaust_memory>},
    {"fail container health checks", &kFailChecks, begin<impose<&Container::check_broken>>},
    {"hang container", &kHang, begin<impose<&Container::hung>>},
    {"interrupt spot task", &kInterrupt, begin<interrupt_spot>},
    {"leak container memory", &kLeak, begin<leak_memory>},
    {"retire task", &kRetire, begin<retire>},
};

// ---- Quantities ------------------------------------------------------------------------------

Task* task_of(Model& model, std::string_view arn) {
  auto& tasks = static_cast<Ecs&>(model).tasks;
  const auto found = tasks.find(arn);
  return found == tasks.end() ? nullptr : &found->second;
}

std::optional<double> read_memory(Model& model, std::string_view arn, std::string_view /*part*/) {
  const Task* task = task_of(model, arn);
  if (task == nullptr) return std::nullopt;
  return task->memory.at(static_cast<Ecs&>(model).now());
}
void change_memory(Model& model, std::string_view arn, std::string_view /*part*/, Change change) {
  Ecs& ecs = static_cast<Ecs&>(model);
  Task* task = task_of(model, arn);
  if (task == nullptr) return;
  const double before = task->memory.at(ecs.now());
  task->memory.set_level(ecs.now(),
                         change.how == Change::How::to ? change.value : before + change.value);
  memory_changed(ecs, *task);
}

std::optional<double> read_cpu(Model& model, std::string_view arn, std::string_view /*part*/) {
  const Task* task = task_of(model, arn);
  return task == nullptr ? std::nullopt : std::optional{task->is_up() ? task->cpu_level : 0};
}
void change_cpu(Model& model, std::string_view arn, std::string_view /*part*/, Change change) {
  Task* task = task_of(model, arn);
  if (task == nullptr) return;
  const double to = change.how == Change::How::to ? change.value : task->cpu_level + change.value;
  task->cpu_level = std::clamp(to, 0.0, 100.0);
  update_task_metrics(static_cast<Ecs&>(model), *task);
}

/// What a request to it gets, as load balancers ask: an HTTP status, 0 where it refuses the
/// connection, -1 where nothing answers.
std::optional<double> read_answer(Model& model, std::string_view arn, std::string_view /*part*/) {
  const Task* task = task_of(model, arn);
  if (task == nullptr) return std::nullopt;
  if (passes_checks(*task)) return 200;
  const bool connects = std::ranges::all_of(
      task->containers, [](const Container& one) { return one.runs && one.ready; });
  if (!connects) return 0;
  return std::ranges::any_of(task->containers, &Container::hung) ? -1 : 500;
}

std::optional<double> read_reachable(Model& model, std::string_view arn, std::string_view /*p*/) {
  const Task* task = task_of(model, arn);
  if (task == nullptr) return std::nullopt;
  // One that leaves its target groups answers until it is told to end.
  const bool runs = task->is_up() || task->status == TaskStatus::deactivating;
  return runs && passes_checks(*task) ? 1 : 0;
}

/// A task that somebody restarts: the scheduler replaces it.
std::optional<double> read_running(Model& model, std::string_view arn, std::string_view /*part*/) {
  const Task* task = task_of(model, arn);
  return task == nullptr ? std::nullopt : std::optional{task->is_up() && task->wanted ? 1.0 : 0.0};
}
void change_running(Model& model, std::string_view arn, std::string_view /*part*/, Change change) {
  Task* task = task_of(model, arn);
  if (task != nullptr && change.how == Change::How::to && change.value < 0.5)
    stop_task(static_cast<Ecs&>(model), *task, "UserInitiated", "Task stopped by user");
}

/// What its network lets through: 0 while nothing reaches it.
std::optional<double> read_connected(Model& model, std::string_view arn, std::string_view /*p*/) {
  const Task* task = task_of(model, arn);
  if (task == nullptr) return std::nullopt;
  return std::ranges::any_of(task->containers, &Container::hung) ? 0 : 1;
}
void change_connected(Model& model, std::string_view arn, std::string_view /*p*/, Change change) {
  Task* task = task_of(model, arn);
  if (task == nullptr) return;
  for (Container& container : task->containers) container.hung = change.value < 0.5;
  condition_changed(static_cast<Ecs&>(model), *task);
}

/// "process java" to 0: killall. A container whose process ends, ends: with 128 and SIGTERM's 15.
std::optional<double> read_process(Model& model, std::string_view arn, std::string_view /*part*/) {
  const Task* task = task_of(model, arn);
  return task == nullptr ? std::nullopt : std::optional{task->is_up() ? 1.0 : 0.0};
}
void change_process(Model& model, std::string_view arn, std::string_view /*part*/, Change change) {
  Task* task = task_of(model, arn);
  if (task != nullptr && task->is_up() && change.how == Change::How::to && change.value < 0.5)
    end_container(static_cast<Ecs&>(model), *task, main_container(*task), 143, "");
}

std::optional<double> read_lost(Model& model, std::string_view arn, std::string_view /*part*/) {
  Ecs& ecs = static_cast<Ecs&>(model);
  const Service* service = ecs.service(arn);
  return service == nullptr ? std::nullopt : std::optional{service->lost_minutes.at(ecs.now())};
}

std::optional<double> read_started(Model& model, std::string_view arn, std::string_view /*part*/) {
  Ecs& ecs = static_cast<Ecs&>(model);
  const Service* service = ecs.service(arn);
  if (service == nullptr) return std::nullopt;
  return static_cast<double>(service->tasks_made);
}

constexpr std::string_view kService = "AWS::ECS::Service";
constexpr std::string_view kTask = "AWS::ECS::Task";
constexpr PhysicalQuantity kQuantityRows[] = {
    {kService, "lost-minutes", "min", read_lost, nullptr},
    {kService, "tasks-started", "", read_started, nullptr},
    {kTask, "answer", "", read_answer, nullptr},
    {kTask, "connected", "", read_connected, change_connected},
    {kTask, "cpu", "%", read_cpu, change_cpu},
    {kTask, "memory", "%", read_memory, change_memory},
    {kTask, "process", "", read_process, change_process},
    {kTask, "reachable", "", read_reachable, nullptr},
    {kTask, "running", "", read_running, change_running},
};

}  // namespace

const std::span<const Fault> kTaskFaults = kFaultRows;
const std::span<const PhysicalQuantity> kTaskQuantities = kQuantityRows;

}  // namespace opsim::ecs
