#pragma once
#include "opsim/goals/goal.hpp"

namespace opsim {

// recovery.cpp
extern const Shape kRecoveryShape, kDetectionShape, kWithoutPeopleShape;
Verdict judge_recovery_time(const Goal& goal, const Evidence& evidence);
Verdict judge_detection_time(const Goal& goal, const Evidence& evidence);
Verdict judge_without_people(const Goal& goal, const Evidence& evidence);

// pages.cpp
extern const Shape kPagesShape, kAcknowledgeShape;
std::string complain_of_pages(const Node& settings);
Verdict judge_pages(const Goal& goal, const Evidence& evidence);
Verdict judge_time_to_acknowledge(const Goal& goal, const Evidence& evidence);

// engagement.cpp
extern const Shape kEngageShape;
Verdict judge_time_to_engage(const Goal& goal, const Evidence& evidence);
/// Who first acknowledged a page while it was not well.
std::optional<SimTime> engaged_at(const Incident& incident, const Evidence& evidence);

// faster.cpp
extern const Shape kFasterShape;
Verdict judge_faster(const Goal& goal, const Evidence& evidence);

// availability.cpp
extern const Shape kAvailabilityShape;
Verdict judge_availability(const Goal& goal, const Evidence& evidence);

// users.cpp
extern const Shape kFailedShape, kHurtShape, kBudgetShape, kSingleShape;
Verdict judge_failed_requests(const Goal& goal, const Evidence& evidence);
Verdict judge_users_hurt(const Goal& goal, const Evidence& evidence);
Verdict judge_error_budget(const Goal& goal, const Evidence& evidence);
Verdict judge_single_points(const Goal& goal, const Evidence& evidence);

// drills.cpp
extern const Shape kRadiusShape, kStoppedShape, kAffectedShape;
Verdict judge_blast_radius(const Goal& goal, const Evidence& evidence);
Verdict judge_experiment_stopped(const Goal& goal, const Evidence& evidence);
Verdict judge_users_affected(const Goal& goal, const Evidence& evidence);

// costs.cpp
extern const Shape kCostShape, kPeakShape;
Verdict judge_cost(const Goal& goal, const Evidence& evidence);
Verdict judge_peak(const Goal& goal, const Evidence& evidence);
std::string complain_of_cost(const Node& settings);

// data.cpp
extern const Shape kDataLostShape;
Verdict judge_data_lost(const Goal& goal, const Evidence& evidence);

// alarm.cpp
extern const Shape kAlarmShape;
Verdict judge_alarm(const Goal& goal, const Evidence& evidence);
std::string complain_of_alarm(const Node& settings);

// expectation.cpp
extern const Shape kExpectShape;
Verdict judge_expectation(const Goal& goal, const Evidence& evidence);
std::string complain_of_expectation(const Node& settings);

}  // namespace opsim
