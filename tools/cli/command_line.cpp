// From words to a verb, and from what went wrong to an exit status.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <vector>

#include "opsim/document/diagnostic.hpp"
#include "tools/cli/verbs.hpp"

namespace opsim::cli {

namespace {

constexpr std::string_view kVersion = "opsim 0.1.0";

void print_help(std::ostream& out) {
  out << "opsim plays AWS operations in virtual time: what goes wrong, what the automation does\n"
         "about it, and whether it meets its goals.\n\n";
  for (const Verb& verb : verbs())
    out << fmt::format("  opsim {:<9}{}\n{:17}{}\n", verb.name, verb.usage, "", verb.summary);
  out << "\nExit status: 0 goals met, 1 a goal missed, 2 the input is wrong, 3 opsim failed.\n"
         "Start here: opsim run scenarios/automation-first/q1-disk-full\n";
}

int unknown_verb(std::string_view word, std::ostream& err) {
  std::vector<std::string_view> names;
  for (const Verb& verb : verbs()) names.push_back(verb.name);
  err << fmt::format("opsim: no verb {}{}\nverbs are {}; see opsim help\n", opsim::quoted(word),
                     did_you_mean(word, names), one_of_text(names));
  return kBadInput;
}

std::string errors_text(const BadInput& bad) {
  const std::size_t count = bad.diagnostics().count();
  return fmt::format("{}\n\n{} {}. Nothing was run.\n", bad.diagnostics().text(), count,
                     count == 1 ? "error" : "errors");
}

int run_verb(const Verb& verb, Arguments arguments, Streams& streams) {
  try {
    return verb.run(arguments, streams);
  } catch (const BadInput& bad) {
    streams.err << errors_text(bad);
    return kBadInput;
  } catch (const Options::Usage& usage) {
    streams.err << fmt::format("opsim {}: {}\nusage: opsim {} {}\n", verb.name, usage.message,
                               verb.name, verb.usage);
    return kBadInput;
  }
}

}  // namespace

int main_with(Arguments words, Streams& streams) {
  if (words.empty() || words[0] == "help" || words[0] == "--help" || words[0] == "-h") {
    print_help(streams.out);
    return words.empty() ? kBadInput : kGoalsMet;
  }
  if (words[0] == "--version" || words[0] == "version") {
    streams.out << kVersion << '\n';
    return kGoalsMet;
  }
  const auto verb = std::ranges::find(verbs(), words[0], &Verb::name);
  if (verb == verbs().end()) return unknown_verb(words[0], streams.err);
  const Arguments arguments = words.subspan(1);
  if (std::ranges::find(arguments, "--help") != arguments.end()) {
    streams.out << fmt::format("opsim {} {}\n{}\n", verb->name, verb->usage, verb->summary);
    return kGoalsMet;
  }
  return run_verb(*verb, arguments, streams);
}

}  // namespace opsim::cli
