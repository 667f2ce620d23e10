#include "tools/cli/bench_states.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <charconv>
#include <ctime>
#include <ostream>
#include <stdexcept>

#include "models/lambda/service.hpp"
#include "models/step_functions/service.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::cli {

namespace {

const Service* const kStatesServices[] = {&kLambda, &kStepFunctions};

/// Four transitions a round: Count, Work, Rest, Enough. A history of 25,000 events holds 2,500
/// rounds, of which each also tells of its Task.
constexpr std::int64_t kRounds = 2'000;
constexpr std::int64_t kTransitionsOfLoop = 4 * kRounds + 1;
/// Three transitions an item, and the events of its iteration.
constexpr std::int64_t kItems = 3'000;
constexpr std::int64_t kTransitionsOfMap = 3 * kItems + 1;

Json loop_definition() {
  const Json count{{"Type", "Pass"},
                   {"Parameters", {{"n.$", "States.MathAdd($.n, 1)"}, {"order.$", "$.order"}}},
                   {"Next", "Work"}};
  const Json work{{"Type", "Task"},
                  {"Resource", "arn:aws:lambda:us-east-1:123456789012:function:work"},
                  {"ResultPath", nullptr},
                  {"Next", "Rest"}};
  const Json rest{{"Type", "Wait"}, {"Seconds", 1}, {"Next", "Enough"}};
  const Json enough{
      {"Type", "Choice"},
      {"Choices",
       Json::array({{{"Variable", "$.n"}, {"NumericLessThan", kRounds}, {"Next", "Count"}}})},
      {"Default", "Done"}};
  return {{"StartAt", "Count"},
          {"States",
           {{"Count", count},
            {"Work", work},
            {"Rest", rest},
            {"Enough", enough},
            {"Done", {{"Type", "Succeed"}}}}}};
}

Json map_definition() {
  const Json each{
      {"StartAt", "Shape"},
      {"States",
       {{"Shape", {{"Type", "Pass"}, {"Parameters", {{"item.$", "$"}}}, {"Next", "Sort"}}},
        {"Sort",
         {{"Type", "Choice"},
          {"Choices",
           Json::array(
               {{{"Variable", "$.item"}, {"NumericGreaterThanEquals", 0}, {"Next", "Kept"}}})},
          {"Default", "Kept"}}},
        {"Kept", {{"Type", "Succeed"}}}}}};
  return {{"StartAt", "Each"},
          {"States", {{"Each", {{"Type", "Map"}, {"ItemProcessor", each}, {"End", true}}}}}};
}

struct StatesBench {
  Simulation sim{SimTime{} + std::chrono::hours{24 * 365 * 50}, Seed{1}};
  Journal journal{sim, Level::goals};
  Cloud cloud{sim, journal, kStatesServices, Place{"123456789012", "us-east-1"}};

  Json call(std::string service, std::string operation, Json input) {
    Caller caller{cloud.home(), "arn:aws:iam::123456789012:user/bench", ""};
    caller.instant = true;
    std::optional<ApiResult<Json>> answer;
    sim.spawn(opsim::detail::keep_result(
        cloud.call(caller, std::move(service), std::move(operation), std::move(input)), answer));
    while (!answer && sim.run_one()) {
    }
    if (!answer || !*answer) throw std::logic_error{"the benchmark's own call was refused"};
    return **answer;
  }
  std::string machine(const char* name, const Json& definition) {
    return call("states", "CreateStateMachine",
                {{"name", name},
                 {"definition", definition.dump()},
                 {"roleArn", "arn:aws:iam::123456789012:role/bench"}})
        .at("stateMachineArn")
        .get<std::string>();
  }
  void start(const std::string& machine, const Json& input) {
    call("states", "StartExecution", {{"stateMachineArn", machine}, {"input", input.dump()}});
  }
};

double states_cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

std::optional<std::int64_t> read_transitions(Arguments arguments) {
  std::int64_t wanted = 1'000'000;
  if (arguments.empty()) return wanted;
  if (arguments.size() != 2 || arguments[0] != "--transitions") return std::nullopt;
  const char* const end = arguments[1].data() + arguments[1].size();
  const auto [stop, error] = std::from_chars(arguments[1].data(), end, wanted);
  if (error != std::errc{} || stop != end || wanted < 1 || wanted > 100'000'000)
    return std::nullopt;
  return wanted;
}

}  // namespace

int bench_states(Arguments arguments, Streams& streams) {
  const auto wanted = read_transitions(arguments);
  if (!wanted) {
    streams.err << "usage: opsim bench states [--transitions N]\n";
    return 2;
  }
  StatesBench bench;
  bench.call("lambda", "CreateFunction",
             {{"FunctionName", "work"}, {"Role", "arn:aws:iam::123456789012:role/bench"}});
  bench.sim.run_until(bench.sim.now() + std::chrono::minutes{1});
  const std::string loop = bench.machine("loop", loop_definition());
  const std::string map = bench.machine("map", map_definition());
  const Json order{{"customer", "ann"}, {"items", {1, 2, 3}}, {"express", true}};
  Json items = Json::array();
  for (std::int64_t at = 0; at < kItems; ++at) items.push_back(at);

  const double begun = states_cpu_seconds();
  std::int64_t transitions = 0;
  std::int64_t executions = 0;
  while (transitions < *wanted) {
    const bool loops = executions++ % 2 == 0;
    bench.start(loops ? loop : map, loops ? Json{{"n", 0}, {"order", order}} : items);
    transitions += loops ? kTransitionsOfLoop : kTransitionsOfMap;
    bench.sim.run_until(bench.sim.now() + std::chrono::hours{3});
  }
  const double took = states_cpu_seconds() - begun;
  const Json ended = bench.call("states", "ListExecutions",
                                {{"stateMachineArn", map}, {"statusFilter", "SUCCEEDED"}});

  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  streams.out << fmt::format("transitions {}\n", transitions)
              << fmt::format("executions {}\n", executions)
              << fmt::format("run_seconds {:.2f}\n", took)
              << fmt::format("transitions_per_second {:.0f}\n",
                             static_cast<double>(transitions) / took)
              << fmt::format("peak_megabytes {:.0f}\n",
                             static_cast<double>(usage.ru_maxrss) / 1024);
  return ended.at("executions").empty() && executions > 1 ? 3 : 0;
}

}  // namespace opsim::cli
