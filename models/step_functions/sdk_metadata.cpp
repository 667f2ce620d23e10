// What the SDK adds to the answer of a function in an optimized integration.
// AWS: Step Functions Developer Guide, connect-lambda; the headers are those of recorded answers of
// TestState. UNDOCUMENTED: which headers other services' answers bring; they get none here.
#include <fmt/format.h>

#include "models/step_functions/integrations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

namespace {

// "Thu, 26 Nov 2026 19:20:00 GMT"
std::string http_date(SimTime now) {
  constexpr const char* kDayNames[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonthNames[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
  const std::chrono::sys_seconds time{seconds};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  return fmt::format(
      "{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDayNames[std::chrono::weekday{day}.c_encoding()],
      static_cast<unsigned>(date.day()), kMonthNames[static_cast<unsigned>(date.month()) - 1],
      static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
      clock.seconds().count());
}

}  // namespace

Json with_http_metadata(Json output, std::size_t payload_bytes, SimTime now,
                        const std::string& request_id) {
  const std::string version = input::text(output, "ExecutedVersion");
  std::string root = request_id;
  std::erase(root, '-');
  Json headers{
      {"Connection", "keep-alive"},
      {"Content-Length", std::to_string(payload_bytes)},
      {"Content-Type", "application/json"},
      {"Date", http_date(now)},
      {"X-Amz-Executed-Version", version.empty() ? "$LATEST" : version},
      {"X-Amzn-Trace-Id", fmt::format("root=1-{}-{};sampled=0", root.substr(0, 8), root.substr(8))},
      {"x-amzn-Remapped-Content-Length", "0"},
      {"x-amzn-RequestId", request_id}};
  Json all = Json::object();
  for (const auto& [name, value] : headers.items()) all[name] = Json::array({value});
  output["SdkHttpMetadata"] = {{"AllHttpHeaders", std::move(all)},
                               {"HttpHeaders", std::move(headers)},
                               {"HttpStatusCode", input::member(output, "StatusCode")}};
  output["SdkResponseMetadata"] = {{"RequestId", request_id}};
  return output;
}

}  // namespace opsim::step_functions
