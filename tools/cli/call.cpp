#include "tools/cli/call.hpp"

#include <fmt/format.h>

#include <fstream>
#include <istream>
#include <ostream>

#include "models/catalog.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/scenario/world.hpp"
#include "tools/cli/options.hpp"

namespace opsim::cli {

namespace {

constexpr Option kCallOptions[] = {{"--scenario"}, {"--at"}, {"--batch"}, {"--choice"}, {"--seed"}};

// The account and the clock of a world that no scenario describes.
constexpr std::string_view kAccount = "111122223333";
constexpr std::string_view kRegion = "us-east-1";
constexpr std::string_view kStart = "2026-01-01T00:00:00Z";
constexpr Duration kLongestCall = std::chrono::hours{24};

/// The scenario must outlive its world.
struct Account {
  std::optional<Scenario> scenario;
  std::unique_ptr<World> world;
};

Account open_account(const Options& options) {
  Account account;
  const auto seed = static_cast<Seed>(options.number("--seed").value_or(1));
  if (const auto path = options.value("--scenario")) {
    account.scenario = read_scenario(*path, catalog());
    const Choice* choice = account.scenario->recommended();
    if (const auto name = options.value("--choice")) choice = account.scenario->choice(*name);
    account.world = std::make_unique<World>(
        *account.scenario, catalog(),
        RunSettings{.seed = options.has("--seed") ? seed : account.scenario->seed,
                    .choice = choice});
  } else {
    account.world =
        std::make_unique<World>(catalog(), Place{std::string{kAccount}, std::string{kRegion}},
                                parse_iso8601(kStart).value_or(SimTime{}), seed, Level::story);
  }
  return account;
}

/// "2h" since the start, or a moment: "2026-01-01T02:00:00Z".
void move_to(World& world, const std::string& text) {
  std::optional<SimTime> time = parse_iso8601(text);
  if (const auto since = parse_duration(text)) time = world.sim().start() + *since;
  if (!time)
    throw Options::Usage{
        fmt::format("--at is {}; write 2h (since the start) or a moment such as {}",
                    opsim::quoted(text), kStart)};
  if (*time < world.sim().now())
    throw Options::Usage{
        fmt::format("--at {} is before the start, {}", text, iso8601(world.sim().now()))};
  world.run_until(*time);
}

Json error_json(std::string_view code, std::string_view message) {
  return {{"error", {{"code", code}, {"message", message}}}};
}

Process<> ask(Cloud& cloud, Caller caller, std::string service, std::string operation, Json input,
              std::optional<ApiResult<Json>>& answer) {
  ApiResult<Json> given = co_await cloud.call(std::move(caller), std::move(service),
                                              std::move(operation), std::move(input));
  answer = std::move(given);
}

Json call_json(World& world, const std::string& operation, Json input) {
  const auto colon = operation.find(':');
  if (colon == operation.npos || !input.is_object())
    return error_json("InvalidCall",
                      "write service:Operation and a JSON object, for example "
                      "cloudwatch:DescribeAlarms {}");
  Caller caller = world.user();
  caller.instant = true;
  std::optional<ApiResult<Json>> answer;
  world.sim().spawn(ask(world.cloud(), std::move(caller), operation.substr(0, colon),
                        operation.substr(colon + 1), std::move(input), answer));
  const SimTime deadline = world.sim().now() + kLongestCall;
  while (!answer) {
    const std::optional<SimTime> due = world.sim().next_due();
    if (!due || *due > deadline || !world.diagnosis().empty()) break;
    world.sim().run_one();
  }
  if (!answer)
    return error_json("RequestTimeout",
                      world.diagnosis().empty() ? "the call did not end" : world.diagnosis());
  if (answer->has_error()) return error_json(answer->error().code, answer->error().message);
  return {{"output", answer->value()}};
}

Json advance_json(World& world, const Json& by) {
  const std::optional<Duration> duration =
      by.is_string() ? parse_duration(by.get_ref<const std::string&>()) : std::nullopt;
  constexpr Duration longest = std::chrono::hours{24 * 366 * 10};
  if (!duration || *duration < Duration{} || *duration > longest)
    return error_json("InvalidAdvance", "advance takes a duration of up to ten years: \"5m\"");
  world.run_until(world.sim().now() + *duration);
  if (!world.diagnosis().empty()) return error_json("Stopped", world.diagnosis());
  return {{"output", {{"now", iso8601(world.sim().now())}}}};
}

Json answer_line(World& world, const std::string& line) {
  constexpr std::size_t longest = 16U << 20U;
  if (line.size() > longest) return error_json("InvalidLine", "the line is longer than 16 MB");
  try {
    // Depth is checked by the document layer; nlohmann's parser itself does not recurse.
    const Document document = read_json("line", line);
    const Json request = document.root.to_json();
    if (request.is_object() && request.contains("advance"))
      return advance_json(world, request["advance"]);
    if (!request.is_object() || !request.contains("call") || !request["call"].is_string())
      return error_json("InvalidLine", R"(expected {"call": "service:Operation", "input": {…}} or )"
                                       R"({"advance": "5m"})");
    return call_json(world, request["call"].get<std::string>(),
                     request.value("input", Json::object()));
  } catch (const BadInput& bad) {
    return error_json("InvalidLine", bad.what());
  }
}

int run_batch(World& world, std::istream& lines, std::ostream& out) {
  for (std::string line; std::getline(lines, line);) {
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    out << answer_line(world, line).dump(-1, ' ', false, Json::error_handler_t::replace) << '\n'
        << std::flush;
  }
  return kGoalsMet;
}

}  // namespace

int call_main(Arguments arguments, Streams& streams) {
  const Options options{arguments, kCallOptions};
  const Account account = open_account(options);
  World& world = *account.world;
  if (const auto at = options.value("--at")) move_to(world, *at);
  if (const auto batch = options.value("--batch")) {
    if (*batch == "-") return run_batch(world, streams.in, streams.out);
    std::ifstream file{*batch};
    if (!file) throw Options::Usage{fmt::format("cannot read {}", *batch)};
    return run_batch(world, file, streams.out);
  }
  const auto& words = options.operands();
  if (words.empty() || words.size() > 2)
    throw Options::Usage{"expected SERVICE:Operation and its input as JSON"};
  const Json input =
      words.size() == 2 ? read_json("input", words[1]).root.to_json() : Json::object();
  const Json answer = call_json(world, words[0], input);
  streams.out << answer.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
  return answer.contains("error") ? kGoalMissed : kGoalsMet;
}

}  // namespace opsim::cli
