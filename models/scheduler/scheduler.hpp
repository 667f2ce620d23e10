#pragma once
/// Amazon EventBridge Scheduler: schedules in groups, each with one target.
/// AWS: https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "opsim/cloud/cloud.hpp"
#include "opsim/schedule.hpp"

namespace opsim::scheduler {

struct Target {
  std::string arn;
  std::string role_arn;
  std::string input;
  std::string dead_letter_arn;
  // API_RetryPolicy: 24 hours and 185 times unless the schedule says otherwise.
  int maximum_retry_attempts = 185;
  Duration maximum_event_age = std::chrono::hours{24};
  Json spec;  // as given
};

struct Schedule {
  std::string name;
  std::string group = "default";
  std::string arn;
  Place place;
  std::string description;
  std::string expression_text;
  schedule::Expression expression = schedule::Rate{};
  std::string zone_text;  // "" where none was given
  TimeZone zone;
  bool enabled = true;
  bool deletes_itself = false;  // ActionAfterCompletion DELETE
  Duration window{};            // FlexibleTimeWindow; zero: OFF
  std::optional<SimTime> starts;
  std::optional<SimTime> ends;
  Target target;
  SimTime created{};
  SimTime modified{};
  Ticket next;
};

struct Group {
  std::string arn;
  SimTime created{};
  std::map<std::string, std::string> tags;
};

/// Groups, and schedules by group and name, of one account and Region.
struct Schedules {
  std::map<std::string, Group> groups;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<Schedule>> all;
  /// What was made with a ClientToken: the whole request and its answer, so that it can be
  /// repeated.
  std::map<std::string, std::pair<Json, Json>> tokens;
};

class Scheduler : public Model {
 public:
  explicit Scheduler(Cloud& cloud_)
      : cloud{cloud_}, luck{cloud_.sim().random("scheduler.invocation")} {}

  /// With the group "default", which always stands.
  Schedules& at(const Place& place);
  /// The schedule takes the place of one of its name.
  void keep(const std::shared_ptr<Schedule>& schedule);
  void remove(const Schedule& schedule);

  Cloud& cloud;
  Stream luck;

 private:
  void arm(const std::shared_ptr<Schedule>& schedule, SimTime after);
  void fire(const std::shared_ptr<Schedule>& schedule, SimTime due);
  std::map<Place, Schedules> places_;
};

/// CreateSchedule's, UpdateSchedule's and AWS::Scheduler::Schedule's members.
ApiResult<std::shared_ptr<Schedule>> read_schedule(Scheduler& scheduler, const Place& place,
                                                   const Json& input);
/// What Scheduler refuses of a target that is well formed.
std::optional<ApiError> check_target(const Place& place, const Target& target);
/// A ScheduleExpression, with the liberties that Scheduler takes and rules do not.
std::optional<schedule::Expression> read_expression(std::string_view text);
/// The answer to a request that came before with the same ClientToken; an error where the rest of
/// it differs; nothing where it is new.
std::optional<ApiResult<Json>> repeated(const Schedules& schedules, const Json& input);
void remember(Schedules& schedules, const Json& input, const Json& answer);
/// One more of `metric` in AWS/Scheduler, by ScheduleGroup.
void count(Scheduler& scheduler, const Schedule& schedule, const std::string& metric);
/// One invocation of the target: attempts, dead-letter queue.
Process<> invoke(Scheduler& scheduler, std::shared_ptr<const Schedule> schedule, SimTime due);

ApiResult<Json> create_schedule(Scheduler& scheduler, const Request& request);
ApiResult<Json> create_schedule_group(Scheduler& scheduler, const Request& request);
ApiResult<Json> delete_schedule(Scheduler& scheduler, const Request& request);
ApiResult<Json> delete_schedule_group(Scheduler& scheduler, const Request& request);
ApiResult<Json> get_schedule(Scheduler& scheduler, const Request& request);
ApiResult<Json> get_schedule_group(Scheduler& scheduler, const Request& request);
ApiResult<Json> list_schedule_groups(Scheduler& scheduler, const Request& request);
ApiResult<Json> list_schedules(Scheduler& scheduler, const Request& request);
ApiResult<Json> list_tags_for_resource(Scheduler& scheduler, const Request& request);
ApiResult<Json> tag_resource(Scheduler& scheduler, const Request& request);
ApiResult<Json> untag_resource(Scheduler& scheduler, const Request& request);
ApiResult<Json> update_schedule(Scheduler& scheduler, const Request& request);

}  // namespace opsim::scheduler
