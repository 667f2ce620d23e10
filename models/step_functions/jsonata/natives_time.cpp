// Functions of time. Source: docs.jsonata.org/date-time-functions. The clock is the host's.
#include <fmt/format.h>

#include "models/step_functions/jsonata/natives.hpp"
#include "models/step_functions/jsonata/pictures.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::jsonata {

namespace {

constexpr const char* kIsoPicture = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]";

std::string formatted(double milliseconds, const Value& picture, const Value& zone) {
  return format_time(milliseconds, picture.text() != nullptr ? *picture.text() : kIsoPicture,
                     zone.text() != nullptr ? *zone.text() : "");
}

Value now(Evaluation& run, Arguments& given) {
  return Value{formatted(run.host.milliseconds(), given[0], given[1])};
}
Value millis(Evaluation& run, Arguments&) { return Value{run.host.milliseconds()}; }
Value from_millis(Evaluation&, Arguments& given) {
  return given[0].number() ? Value{formatted(*given[0].number(), given[1], given[2])} : Value{};
}

Value to_millis(Evaluation& run, Arguments& given) {
  if (!given[0].text()) return {};
  const std::string& text = *given[0].text();
  const auto time = given[1].text() != nullptr
                        ? parse_time(text, *given[1].text(), run.host.milliseconds())
                        : parse_iso_time(text);
  if (!time && given[1].text() == nullptr)
    fail("D3110", fmt::format("The argument of the toMillis function must be an ISO 8601 formatted "
                              "timestamp. Given {}",
                              shown_text(given[0])));
  return time ? Value{*time} : Value{};
}

constexpr Native kTimeFunctions[] = {
    {"fromMillis", "n-s?s?", from_millis, 3},
    {"millis", "", millis, 0},
    {"now", "s?s?", now, 2},
    {"toMillis", "s-s?", to_millis, 2},
};

}  // namespace

std::span<const Native> time_functions() { return kTimeFunctions; }

}  // namespace opsim::jsonata
