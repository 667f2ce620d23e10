// opsim bench match: how many events a second one thread matches against many rules.
#include <fmt/format.h>

#include <ctime>
#include <fstream>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "models/events/event_text_members.hpp"
#include "models/events/matcher.hpp"
#include "opsim/json.hpp"
#include "tools/cli/match.hpp"

namespace opsim::cli {
namespace {

using namespace events;

constexpr double kLeastSeconds = 1.0;  // shorter runs are repeated

struct BenchError {
  std::string message;
};

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file{path};
  if (!file) throw BenchError{fmt::format("{}: cannot be read\n", path)};
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

struct NamedRules {
  std::vector<std::string> names;
  RuleSet set;
};

void add_rule(NamedRules& rules, const std::string& line, std::string_view file) {
  const auto fail = [&](std::string_view reason) {
    throw BenchError{fmt::format("{}:{}: {}\n", file, rules.names.size() + 1, reason)};
  };
  const auto members = json_members(line);
  if (const auto* error = std::get_if<JsonSyntaxError>(&members)) fail(error->reason);
  std::string name;
  std::string_view text;
  for (const auto& [key, value] : std::get<JsonMembers>(members)) {
    if (key == "name") name = json_string(value).value_or("");
    if (key == "pattern") text = value;
  }
  const PatternResult pattern = Pattern::compile(text);
  if (const auto* invalid = std::get_if<InvalidPattern>(&pattern)) fail(invalid->reason);
  rules.set.add(static_cast<RuleId>(rules.names.size()), std::get<Pattern>(pattern));
  rules.names.push_back(std::move(name));
}

/// One pass over the events; the names are written where `out` is given.
void match_all(NamedRules& rules, const std::vector<std::string>& events, std::ostream* out) {
  std::vector<RuleId> matching;
  std::size_t number = 0;
  for (const std::string& event : events) {
    ++number;
    if (const auto invalid = rules.set.match(std::string_view{event}, matching)) {
      throw BenchError{fmt::format("event {}: {}\n", number, invalid->reason)};
    }
    if (out == nullptr) continue;
    Json names = Json::array();
    for (const RuleId id : matching) names.push_back(rules.names[id]);
    *out << names.dump() << '\n';
  }
}

struct Files {
  std::string rules;
  std::string events;
  std::string out;
};

Files parse_files(std::span<const std::string_view> args) {
  Files files;
  for (std::size_t i = 0; i + 1 < args.size(); i += 2) {
    std::string* const file = args[i] == "--rules"    ? &files.rules
                              : args[i] == "--events" ? &files.events
                              : args[i] == "--out"    ? &files.out
                                                      : nullptr;
    if (file == nullptr)
      throw BenchError{fmt::format("opsim bench match: {} is not an option\n", args[i])};
    *file = args[i + 1];
  }
  if (files.rules.empty() || files.events.empty() || args.size() % 2 != 0) {
    throw BenchError{"opsim bench match --rules FILE --events FILE [--out FILE]\n"};
  }
  return files;
}

void run(const Files& files, std::ostream& out) {
  const std::vector<std::string> lines = lines_of(files.rules);
  const std::vector<std::string> events = lines_of(files.events);
  NamedRules rules;
  const double compile_begin = cpu_seconds();
  for (const std::string& line : lines) add_rule(rules, line, files.rules);
  const double compile_seconds = cpu_seconds() - compile_begin;

  std::size_t matched = 0;
  double seconds = 0;
  for (match_all(rules, events, nullptr); seconds < kLeastSeconds && !events.empty();) {
    const double begin = cpu_seconds();
    match_all(rules, events, nullptr);
    seconds += cpu_seconds() - begin;
    matched += events.size();
  }
  const double rate = seconds > 0 ? static_cast<double>(matched) / seconds : 0;
  out << fmt::format("rules {}\ncompile_seconds {:.3f}\nevents_per_second {:.0f}\n", lines.size(),
                     compile_seconds, rate);
  if (files.out.empty()) return;
  std::ofstream names{files.out};
  match_all(rules, events, &names);
  if (!names) throw BenchError{fmt::format("{}: cannot be written\n", files.out)};
}

}  // namespace

int bench_match(std::span<const std::string_view> args, std::ostream& out, std::ostream& err) {
  try {
    run(parse_files(args), out);
    return 0;
  } catch (const BenchError& error) {
    err << error.message;
    return 2;
  }
}

}  // namespace opsim::cli
