// The Wait state. AWS: state-wait.
#include <fmt/format.h>

#include <charconv>

#include "models/step_functions/track.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

namespace {

constexpr std::int64_t kLongestWait = 99'999'999;  // state-wait: "0 to 99999999"

Failure wrong(const char* error, std::string cause) {
  return {.error = error, .cause = std::move(cause)};
}

std::string shown(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// "ISO-8601 extended offset date-time": a T, and Z or an offset.
std::optional<SimTime> instant(const Json& value) {
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() < 20 || text[10] != 'T') return std::nullopt;
  const std::string_view rest = std::string_view{text}.substr(19);
  if (rest.find_first_of("Z+-") == std::string_view::npos) return std::nullopt;
  return parse_iso8601(text);
}

Outcome<Duration> seconds_at(const std::string& path, const Outcome<Json>& value) {
  if (!value)
    return wrong(
        kRuntimeError,
        fmt::format("The SecondsPath parameter does not reference an input value: {}", path));
  const auto number = value->is_number_integer() ? input::integer(*value) : std::nullopt;
  if (!number)
    return wrong(kRuntimeError,
                 fmt::format("The SecondsPath parameter cannot be parsed as a long value: {} == {}",
                             path, shown(*value)));
  if (*number < 0)
    return wrong(kRuntimeError,
                 fmt::format("The SecondsPath parameter references a negative value: {} == {}",
                             path, *number));
  return std::chrono::seconds{std::min(*number, kLongestWait)};
}

Outcome<Duration> until(Track& track, std::optional<SimTime> when, const char* error,
                        std::string otherwise) {
  if (!when) return wrong(error, std::move(otherwise));
  return std::max(Duration{}, *when - track.sim().now());
}

Outcome<Duration> of_expression(Track& track, const State& state, const char* key,
                                const Values& values) {
  Query& query = track.execution.query;
  const bool seconds = key[0] == 'S';
  const Outcome<Json> value =
      query.typed(state.text(key), seconds ? "number" : "string", values, key);
  if (!value) return value.error();
  if (!seconds)
    return until(track, instant(*value), kQueryError,
                 fmt::format("The Timestamp field cannot be parsed as an ISO-8601 extended offset "
                             "date-time format string: {}",
                             shown(*value)));
  const auto number = input::integer(*value);
  if (!number || *number < 0 || *number > kLongestWait)
    return wrong(kQueryError,
                 fmt::format("The Seconds field must be a whole number from 0 to {}, not {}",
                             kLongestWait, shown(*value)));
  return std::chrono::seconds{*number};
}

}  // namespace

Outcome<Duration> wait_time(Track& track, const State& state, const Values& values) {
  Query& query = track.execution.query;
  for (const char* const key : {"Seconds", "Timestamp"}) {
    const Json* const written = state.field(key);
    if (written == nullptr) continue;
    if (is_expression(*written)) return of_expression(track, state, key, values);
    if (key[0] == 'T')
      return until(track, instant(*written), kRuntimeError, "The Timestamp is no time");
    return std::chrono::seconds{std::min(input::integer(*written).value_or(0), kLongestWait)};
  }
  const Outcome<Json> input = filtered_input(state, query, values, nullptr);
  if (!input) return input.error();
  const Values filtered{*input, values.context, values.variables};
  if (const std::string path = state.text("SecondsPath"); !path.empty())
    return seconds_at(path, query.path(path, filtered));
  const std::string path = state.text("TimestampPath");
  const Outcome<Json> value = query.path(path, filtered);
  if (!value)
    return wrong(
        kRuntimeError,
        fmt::format("The TimestampPath parameter does not reference an input value: {}", path));
  return until(track, instant(*value), kRuntimeError,
               fmt::format("The TimestampPath parameter does not reference a valid ISO-8601 "
                           "extended offset date-time format string: {} == {}",
                           path, shown(*value)));
}

}  // namespace opsim::step_functions
