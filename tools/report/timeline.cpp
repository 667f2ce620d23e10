#include "tools/report/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "opsim/kernel/duration.hpp"

namespace opsim::report {

namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kWordColumns = 12;
constexpr std::size_t kMostLines = 400;  // beyond it a timeline is not read, it is searched
constexpr Duration kSaidAgain =
    std::chrono::minutes{10};  // what is said again within them is not told again

std::string text_of(const JournalEntry& entry, const char* key) {
  return entry.detail.is_object() ? entry.detail.value(key, std::string{}) : std::string{};
}

/// A remark names what it is about, unless its own words begin with that.
std::string note_text(const JournalEntry& entry) {
  if (entry.subject.empty() || entry.text.starts_with(entry.subject)) return entry.text;
  return fmt::format("{}: {}", entry.subject, entry.text);
}

/// An alarm that only leaves the state in which every alarm is created.
bool is_first_look(const JournalEntry& entry) {
  return text_of(entry, "previous") == "INSUFFICIENT_DATA" && text_of(entry, "state") == "OK" &&
         entry.cause == CauseId::none;
}

bool went_well(const JournalEntry& entry) {
  const std::string status = text_of(entry, "status");
  return status == "Success" || status == "InProgress" || status == "Pending";
}

bool belongs_in_timeline(const JournalEntry& entry, const std::set<CauseId>& events_taken) {
  switch (entry.kind) {
    case EntryKind::event: return events_taken.contains(entry.id);
    case EntryKind::rule:
      // A match is told on its event's line.
      return text_of(entry, "failed") != "" || text_of(entry, "finding") != "";
    case EntryKind::call: return !entry.detail.value("ok", true);
    case EntryKind::command: return !went_well(entry);
    case EntryKind::alarm: return !is_first_look(entry);
    default: return entry.level <= Level::story;
  }
}

Ink::Colour colour_of(const JournalEntry& entry) {
  const std::string word = entry_word(entry);
  if (word == "ALARM" || word == "fault" || word == "DOWN") return Ink::Colour::red;
  if (word == "OK" || word == "healthy") return Ink::Colour::green;
  if (word == "page" || word == "danger") return Ink::Colour::yellow;
  return Ink::Colour::plain;
}

/// The rules that took an event, in the order in which they matched.
class RulesByEvent {
 public:
  explicit RulesByEvent(const Journal& journal) {
    for (const JournalEntry& entry : journal.entries()) {
      if (entry.kind != EntryKind::rule || text_of(entry, "failed") != "" ||
          text_of(entry, "finding") != "")
        continue;
      rules_.emplace_back(entry.cause, &entry);
      events_.insert(entry.cause);
    }
  }
  [[nodiscard]] const std::set<CauseId>& events() const { return events_; }
  [[nodiscard]] std::string text(const JournalEntry& event) const {
    std::string text = entry_text(event);
    for (const auto& [cause, rule] : rules_)
      if (cause == event.id) text += fmt::format(" -> rule {} {}", rule->subject, rule->text);
    return text;
  }
  [[nodiscard]] std::string source(const JournalEntry& event) const {
    for (const auto& [cause, rule] : rules_)
      if (cause == event.id) return rule->source;
    return event.source;
  }

 private:
  std::vector<std::pair<CauseId, const JournalEntry*>> rules_;
  std::set<CauseId> events_;
};

}  // namespace

std::string entry_word(const JournalEntry& entry) {
  const std::string state = text_of(entry, "state");
  if (entry.kind == EntryKind::alarm) return state == "INSUFFICIENT_DATA" ? "no data" : state;
  if (entry.kind == EntryKind::step) return "";
  if (entry.kind == EntryKind::health) {
    const std::string health = text_of(entry, "health");
    return health == "ok" ? "healthy" : health == "down" ? "DOWN" : "danger";
  }
  return std::string{to_string(entry.kind)};
}

std::string entry_text(const JournalEntry& entry) {
  switch (entry.kind) {
    case EntryKind::start:
    case EntryKind::fault:
    case EntryKind::event:
    case EntryKind::end: return entry.text;
    case EntryKind::note: return note_text(entry);
    case EntryKind::runbook:
    case EntryKind::person:
    case EntryKind::command:
    case EntryKind::rule:
    case EntryKind::resource: return fmt::format("{} {}", entry.subject, entry.text);
    case EntryKind::step: {
      const auto slash = entry.subject.find('/');
      const std::string name =
          slash == entry.subject.npos ? entry.subject : entry.subject.substr(slash + 1);
      const auto number = entry.detail.is_object() ? entry.detail.value("number", 0) : 0;
      return fmt::format("{} {:<14} {}", number, name, entry.text);
    }
    case EntryKind::health: {
      const auto colon = entry.text.find(": ");
      return fmt::format("{}: {}", entry.subject,
                         colon == entry.text.npos ? entry.text : entry.text.substr(colon + 2));
    }
    default: return fmt::format("{}: {}", entry.subject, entry.text);
  }
}

std::size_t columns(std::string_view text) {
  std::size_t count = 0;
  bool code = false;
  for (const char c : text) {
    if (c == '\x1b') code = true;
    if (!code && (static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++count;
    if (code && c == 'm') code = false;
  }
  return count;
}

std::string two_sided(std::string_view left, std::string_view right, std::size_t indent) {
  // `right` stands at the end of the first line; the text flows beside and below it.
  std::string out;
  std::size_t used = 0;
  const auto place_right = [&] {
    if (right.empty()) return;
    out.append(used + 2 + right.size() <= kWidth ? kWidth - used - right.size() : 2, ' ');
    out.append(right);
    right = {};
  };
  for (std::size_t at = 0; at < left.size();) {
    const std::size_t blanks = std::min(left.find_first_not_of(' ', at), left.size());
    const std::size_t end = std::min(left.find(' ', blanks), left.size());
    const std::string_view word = left.substr(blanks, end - blanks);
    const std::size_t width = columns(left.substr(at, end - at));
    const std::size_t room = right.empty() ? kWidth : kWidth - 2 - right.size();
    if (used + width > room && used > indent) {
      place_right();
      out.append("\n").append(indent, ' ').append(word);
      used = indent + columns(word);
    } else {
      out.append(left.substr(at, end - at));
      used += width;
    }
    at = end;
  }
  place_right();
  return out + "\n";
}

std::vector<const JournalEntry*> timeline_entries(const Journal& journal) {
  const RulesByEvent rules{journal};
  std::vector<const JournalEntry*> told;
  std::map<std::pair<std::string_view, std::string_view>, SimTime> said;
  for (const JournalEntry& entry : journal.entries()) {
    if (!belongs_in_timeline(entry, rules.events())) continue;
    if (entry.kind == EntryKind::note) {
      const auto [before, is_new] = said.try_emplace({entry.subject, entry.text}, entry.at);
      const bool lately = !is_new && entry.at - before->second < kSaidAgain;
      before->second = entry.at;
      if (lately) continue;
    }
    told.push_back(&entry);
  }
  return told;
}

std::string timeline_text(const Journal& journal, SimTime start, const Ink& ink) {
  const RulesByEvent rules{journal};
  std::string out;
  std::size_t lines = 0;
  std::size_t left_out = 0;
  const auto time_of = [start](const JournalEntry& entry) {
    return "+" + clock_text(entry.at - start);
  };
  const std::size_t time_columns =
      journal.entries().empty() ? 0 : time_of(journal.entries().back()).size();
  const std::size_t clock = std::max<std::size_t>(9, time_columns);
  for (const JournalEntry* told : timeline_entries(journal)) {
    const JournalEntry& entry = *told;
    if (++lines > kMostLines && entry.kind != EntryKind::end) {
      ++left_out;
      continue;
    }
    const bool event = entry.kind == EntryKind::event;
    const std::string text = event ? rules.text(entry) : entry_text(entry);
    const std::string word = fmt::format("{:<{}}", entry_word(entry), kWordColumns);
    const std::string left = fmt::format(" {:>{}}  {}{}", time_of(entry), clock,
                                         ink.paint(word, colour_of(entry)), text);
    out += two_sided(left, event ? rules.source(entry) : entry.source, clock + 3 + kWordColumns);
  }
  if (left_out > 0)
    out +=
        fmt::format("{:{}}{} more lines; all of them: --journal FILE\n", "", clock + 3, left_out);
  return out;
}

}  // namespace opsim::report
