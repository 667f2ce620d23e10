#include "models/scheduler/service.hpp"

#include <algorithm>

#include "models/scheduler/scheduler.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim {

namespace {

using scheduler::Scheduler;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {.name = "CreateSchedule", .now = immediate<Scheduler, scheduler::create_schedule>},
    {.name = "CreateScheduleGroup", .now = immediate<Scheduler, scheduler::create_schedule_group>},
    {.name = "DeleteSchedule", .now = immediate<Scheduler, scheduler::delete_schedule>},
    {.name = "DeleteScheduleGroup", .now = immediate<Scheduler, scheduler::delete_schedule_group>},
    {.name = "GetSchedule",
     .access = Access::read,
     .now = immediate<Scheduler, scheduler::get_schedule>},
    {.name = "GetScheduleGroup",
     .access = Access::read,
     .now = immediate<Scheduler, scheduler::get_schedule_group>},
    {.name = "ListScheduleGroups",
     .access = Access::read,
     .now = immediate<Scheduler, scheduler::list_schedule_groups>},
    {.name = "ListSchedules",
     .access = Access::read,
     .now = immediate<Scheduler, scheduler::list_schedules>},
    {.name = "ListTagsForResource",
     .access = Access::read,
     .now = immediate<Scheduler, scheduler::list_tags_for_resource>},
    {.name = "TagResource", .now = immediate<Scheduler, scheduler::tag_resource>},
    {.name = "UntagResource", .now = immediate<Scheduler, scheduler::untag_resource>},
    {.name = "UpdateSchedule", .now = immediate<Scheduler, scheduler::update_schedule>},
};
static_assert(std::ranges::is_sorted(kOperations, {}, &Operation::name));

constexpr Shape kAny{};
constexpr Shape kText{.kind = Kind::text};
constexpr Field kScheduleFields[] = {
    {.name = "ActionAfterCompletion", .shape = &kText},
    {.name = "Description", .shape = &kText},
    {.name = "EndDate", .shape = &kText},
    {.name = "FlexibleTimeWindow", .shape = &kAny, .need = Need::required},
    {.name = "GroupName", .shape = &kText},
    {.name = "KmsKeyArn", .shape = &kText, .simulated = Simulated::no},
    {.name = "Name", .shape = &kText},
    {.name = "ScheduleExpression", .shape = &kText, .need = Need::required},
    {.name = "ScheduleExpressionTimezone", .shape = &kText},
    {.name = "StartDate", .shape = &kText},
    {.name = "State", .shape = &kText},
    {.name = "Target", .shape = &kAny, .need = Need::required},
};
constexpr Shape kSchedule{.kind = Kind::mapping, .fields = kScheduleFields};
constexpr Field kGroupFields[] = {{.name = "Name", .shape = &kText}, {.name = "Tags"}};
constexpr Shape kGroup{.kind = Kind::mapping, .fields = kGroupFields};

std::string name_of(const ResourceRequest& request) {
  const std::string given = input::text(request.properties, "Name");
  if (!given.empty()) return given;
  // CloudFormation adds a random suffix; ours counts. 64 characters at most.
  return request.cloud.next_id(
      fmt::format("{}-{}-", request.stack.substr(0, 24), request.logical_id.substr(0, 24)));
}

ApiResult<Created> make_schedule(Scheduler& model, const ResourceRequest& request) {
  Json input = request.properties;
  input["Name"] = name_of(request);
  const Caller caller{request.place, "cloudformation.amazonaws.com", ""};
  const auto made =
      create_schedule(model, Request{request.cloud, caller, "scheduler", "CreateSchedule", input});
  if (!made) return made.error();
  const std::string arn = input::text(*made, "ScheduleArn");
  return Created{input::text(input, "Name"), arn, {{"Arn", arn}}};
}

ApiResult<Created> make_group(Scheduler& model, const ResourceRequest& request) {
  Json input = request.properties;
  input["Name"] = name_of(request);
  const Caller caller{request.place, "cloudformation.amazonaws.com", ""};
  const auto made = create_schedule_group(
      model, Request{request.cloud, caller, "scheduler", "CreateScheduleGroup", input});
  if (!made) return made.error();
  const std::string arn = input::text(*made, "ScheduleGroupArn");
  return Created{input::text(input, "Name"), arn, {{"Arn", arn}, {"State", "ACTIVE"}}};
}

constexpr ResourceType kResources[] = {
    {.type = "AWS::Scheduler::Schedule",
     .create = create<Scheduler, make_schedule>,
     .properties = &kSchedule},
    {.type = "AWS::Scheduler::ScheduleGroup",
     .create = create<Scheduler, make_group>,
     .properties = &kGroup},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "rate, cron and at with time zones and daylight saving", "schedule-types"},
    {Grade::simulated, "flexible windows, StartDate, EndDate, ActionAfterCompletion",
     "managing-schedule-flexible-time-windows"},
    {Grade::simulated, "universal targets: any operation that is simulated",
     "managing-targets-universal"},
    {Grade::simulated, "retry policy; dead-letter queue and its attributes",
     "configuring-schedule-dlq"},
    {Grade::simplified, "without a window a schedule fires on the instant, not within the minute"},
    {Grade::simplified, "retries back off exponentially with jitter, at most 15 min apart",
     "estimate: AWS publishes no intervals"},
    {Grade::simulated,
     "the role must trust Scheduler and be allowed what the target takes (known roles)",
     "setting-up"},
    {Grade::simulated, "ClientToken; attempts, errors, drops and dead letters in AWS/Scheduler",
     "monitoring-cloudwatch"},
    {Grade::absent, "quotas but of groups; customer keys"},
};

}  // namespace

const Service kScheduler{
    .name = "scheduler",
    .title = "Amazon EventBridge Scheduler",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<Scheduler>(cloud);
    },
    .operations = kOperations,
    .resources = kResources,
    .fidelity = kFidelity,
};

}  // namespace opsim
