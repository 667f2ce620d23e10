#pragma once
#include "opsim/document/shape.hpp"

namespace opsim::compute {

extern const Shape kSurge;
extern const Shape kLeak;
extern const Shape kFill;
extern const Shape kSchedule;
extern const Shape kStop;
extern const Shape kTerminate;
extern const Shape kFailChecks;
extern const Shape kFailLaunches;
extern const Shape kImpair;
extern const Shape kInterrupt;
extern const Shape kKill;
extern const Shape kFreeze;

}  // namespace opsim::compute
