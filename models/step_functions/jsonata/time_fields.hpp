#pragma once
/// The parts of a moment that a picture may name. Source: fn:format-dateTime, ISO 8601 weeks.
#include <cstdint>

namespace opsim::jsonata {

/// `component`: Y M D d F W w X x H h m s f. In UTC.
std::int64_t time_field(double milliseconds, char component);
/// Milliseconds since 1970; months and days may overflow, as in JavaScript's Date.UTC. `month` from
/// 0.
double utc_milliseconds(double year, double month, double day);

}  // namespace opsim::jsonata
