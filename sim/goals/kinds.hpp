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
Verdict judge_pages(const Goal& goal, const Evidence& evidence);
Verdict judge_time_to_acknowledge(const Goal& goal, const Evidence& evidence);

// availability.cpp
extern const Shape kAvailabilityShape;
Verdict judge_availability(const Goal& goal, const Evidence& evidence);

// expectation.cpp
extern const Shape kAlarmShape, kExpectShape;
Verdict judge_alarm(const Goal& goal, const Evidence& evidence);
Verdict judge_expectation(const Goal& goal, const Evidence& evidence);

}  // namespace opsim
