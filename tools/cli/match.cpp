#include "tools/cli/match.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>

#include "models/events/pattern.hpp"
#include "opsim/json.hpp"
#include "tools/cli/match_batch.hpp"

namespace opsim::cli {
namespace {

using namespace events;

constexpr int kAnswered = 0;
constexpr int kWrongInput = 2;
constexpr std::string_view kUsage =
    "opsim match --pattern FILE --event FILE [--json]   does the event match, and field by field "
    "why\n"
    "opsim match --batch FILE.jsonl                     one answer a line; - is standard input\n";

/// What ends the command with exit status 2.
struct UsageError {
  std::string message;
};

using Words = std::map<std::string, std::string, std::less<>>;

Words parse_options(std::span<const std::string_view> args) {
  Words options;
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (args[i] == "--json") {
      options["--json"] = "";
      continue;
    }
    const bool is_known = args[i] == "--pattern" || args[i] == "--event" || args[i] == "--batch";
    if (!is_known)
      throw UsageError{fmt::format("opsim match: {} is not an option\n{}", args[i], kUsage)};
    if (i + 1 == args.size())
      throw UsageError{fmt::format("opsim match: {} needs a file\n{}", args[i], kUsage)};
    const std::string name{args[i]};
    options[name] = args[++i];
  }
  return options;
}

std::string read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) throw UsageError{fmt::format("{}: cannot be read\n", path)};
  return {std::istreambuf_iterator<char>{file}, {}};
}

// ---- The table: path, value, wanted, verdict. ----

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// At most `width` characters; what closes the text, "] or ", stays.
std::string shortened(const std::string& text, std::size_t width) {
  if (width_of(text) <= width) return text;
  const std::string_view tail = text.ends_with("\"]") ? "\"]" : text.ends_with('"') ? "\"" : "";
  std::string front;
  for (const char c : text) {
    const bool starts_character = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (starts_character && width_of(front) + 1 + tail.size() >= width) break;
    front.push_back(c);
  }
  front.erase(front.find_last_not_of(' ') + 1);
  return front + "…" + std::string{tail};
}

std::string padded(std::string text, std::size_t width) {
  text.append(width - std::min(width, width_of(text)), ' ');
  return text;
}

void print_table(const Explanation& explanation, std::ostream& out) {
  constexpr std::size_t kWidest[] = {28, 29, 34};
  std::size_t widths[] = {22, 0, 0};
  std::vector<std::array<std::string, 3>> rows;
  for (const FieldExplanation& field : explanation.fields) {
    rows.push_back({shortened(field.path, kWidest[0]), shortened(field.value, kWidest[1]),
                    shortened(field.wanted, kWidest[2])});
    for (std::size_t i = 0; i < 3; ++i) widths[i] = std::max(widths[i], width_of(rows.back()[i]));
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out << fmt::format("  {} {} {} {}\n", padded(rows[i][0], widths[0]),
                       padded(rows[i][1], widths[1]), padded(rows[i][2], widths[2]),
                       explanation.fields[i].matches ? "yes" : "NO");
  }
  if (!explanation.note.empty()) out << "  " << explanation.note << '\n';
}

void print_json(const Explanation& explanation, std::ostream& out) {
  Json fields = Json::array();
  for (const FieldExplanation& field : explanation.fields) {
    fields.push_back({{"path", field.path},
                      {"value", field.value},
                      {"wanted", field.wanted},
                      {"matches", field.matches}});
  }
  Json answer = {{"version", 1}, {"match", explanation.matches}, {"fields", fields}};
  if (!explanation.note.empty()) answer["note"] = explanation.note;
  out << answer.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

/// file:line:column of an offset into a text.
std::string place_of(const std::string& file, std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::size_t newline = before.rfind('\n');
  const std::size_t column =
      newline == std::string_view::npos ? before.size() + 1 : before.size() - newline;
  return fmt::format("{}:{}:{}", file, line, column);
}

int match_files(const Words& options, std::ostream& out) {
  const auto pattern_file = options.find("--pattern");
  const auto event_file = options.find("--event");
  if (pattern_file == options.end() || event_file == options.end()) {
    throw UsageError{
        fmt::format("opsim match: needs --pattern and --event, or --batch\n{}", kUsage)};
  }
  const std::string pattern_text = read_file(pattern_file->second);
  const std::string event_text = read_file(event_file->second);
  const PatternResult pattern = Pattern::compile(pattern_text);
  if (const auto* invalid = std::get_if<InvalidPattern>(&pattern)) {
    throw UsageError{fmt::format("{}: Event pattern is not valid. Reason: {}\n",
                                 place_of(pattern_file->second, pattern_text, invalid->offset),
                                 invalid->reason)};
  }
  EventText event;
  if (const auto invalid = event.read(event_text)) {
    throw UsageError{fmt::format("{}: {}\n", event_file->second, invalid->reason)};
  }
  const Explanation explanation = std::get<Pattern>(pattern).explain(event);
  if (options.contains("--json")) {
    print_json(explanation, out);
  } else {
    out << (explanation.matches ? "match\n" : "no match\n");
    print_table(explanation, out);
  }
  return kAnswered;
}

int run(const Words& options, std::istream& in, std::ostream& out) {
  const auto batch = options.find("--batch");
  if (batch == options.end()) return match_files(options, out);
  if (batch->second == "-") return match_batch(in, out);
  std::ifstream file{batch->second, std::ios::binary};
  if (!file) throw UsageError{fmt::format("{}: cannot be read\n", batch->second)};
  return match_batch(file, out);
}

}  // namespace

int match_main(std::span<const std::string_view> args, std::istream& in, std::ostream& out,
               std::ostream& err) {
  try {
    return run(parse_options(args), in, out);
  } catch (const UsageError& error) {
    err << error.message;
    return kWrongInput;
  }
}

}  // namespace opsim::cli
