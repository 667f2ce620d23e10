// opsim bench match: how many events a second one thread matches against many rules.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iterator>
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

/// A file and the lines in it that are not empty.
struct Lines {
  explicit Lines(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) throw BenchError{fmt::format("{}: cannot be read\n", path)};
    text.assign(std::istreambuf_iterator<char>{file}, {});
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      if (end > begin) lines.push_back(std::string_view{text}.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;

  std::string text;
  std::vector<std::string_view> lines;
};

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

struct NamedRules {
  std::vector<std::string> names;
  RuleSet set;
};

void add_rule(NamedRules& rules, std::string_view line, std::string_view file) {
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
void match_all(NamedRules& rules, const std::vector<std::string_view>& events, std::ostream* out) {
  std::vector<RuleId> matching;
  std::size_t number = 0;
  for (const std::string_view event : events) {
    ++number;
    if (const auto invalid = rules.set.match(event, matching)) {
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
  const Lines rule_lines{files.rules};
  const Lines event_lines{files.events};
  const std::vector<std::string_view>& lines = rule_lines.lines;
  const std::vector<std::string_view>& events = event_lines.lines;
  NamedRules rules;
  const double compile_begin = cpu_seconds();
  for (const std::string_view line : lines) add_rule(rules, line, files.rules);
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
