#include "opsim/goals/goal.hpp"

#include <algorithm>

#include "sim/goals/bounds.hpp"
#include "sim/goals/kinds.hpp"

namespace opsim {

namespace {

// To add a goal: write its shape and its judge, and one row here.
const GoalKind kGoalKinds[] = {
    {"alarm", &kAlarmShape, judge_alarm, complain_of_alarm},
    {"availability", &kAvailabilityShape, judge_availability, complain_of_bounds<kShare>, true},
    {"blast radius", &kRadiusShape, judge_blast_radius, complain_of_bounds<kCount>, true},
    {"cost", &kCostShape, judge_cost, complain_of_cost},
    {"data lost", &kDataLostShape, judge_data_lost, complain_of_bounds<kSeconds>, true},
    {"detection time", &kDetectionShape, judge_detection_time, complain_of_bounds<kSeconds>, true},
    {"error budget", &kBudgetShape, judge_error_budget, complain_of_bounds<kShare>, true},
    {"expect", &kExpectShape, judge_expectation, complain_of_expectation, true},
    {"experiment stopped", &kStoppedShape, judge_experiment_stopped, complain_of_bounds<kSeconds>,
     true},
    {"failed requests", &kFailedShape, judge_failed_requests, complain_of_bounds<kShare>, true},
    {"gets faster", &kFasterShape, judge_faster, complain_of_bounds<kShare>, true},
    {"pages", &kPagesShape, judge_pages, complain_of_pages},
    {"peak instances", &kPeakShape, judge_peak, complain_of_bounds<kCount>},
    {"recovery time", &kRecoveryShape, judge_recovery_time, complain_of_bounds<kSeconds>, true},
    {"resolved without people", &kWithoutPeopleShape, judge_without_people,
     complain_of_bounds<kShare>, true},
    {"single points of failure", &kSingleShape, judge_single_points, complain_of_bounds<kCount>,
     true},
    {"time to acknowledge", &kAcknowledgeShape, judge_time_to_acknowledge,
     complain_of_bounds<kSeconds>},
    {"time to engage", &kEngageShape, judge_time_to_engage, complain_of_bounds<kSeconds>, true},
    {"users affected", &kAffectedShape, judge_users_affected, complain_of_bounds<kShare>, true},
    {"users hurt", &kHurtShape, judge_users_hurt, complain_of_bounds<kSeconds>, true},
};

}  // namespace

std::span<const GoalKind> goal_kinds() { return kGoalKinds; }

const GoalKind* find_goal_kind(std::string_view name) {
  const auto found = std::ranges::find(kGoalKinds, name, &GoalKind::name);
  return found == std::end(kGoalKinds) ? nullptr : found;
}

std::vector<Verdict> judge(std::span<const Goal> goals, const Evidence& evidence) {
  std::vector<Verdict> verdicts;
  for (const Goal& goal : goals) verdicts.push_back(goal.kind->judge(goal, evidence));
  return verdicts;
}

}  // namespace opsim
