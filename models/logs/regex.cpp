// Regular expressions: walking the states of a program side by side (Pike's machine), so that the
// time depends on the length of the text only.
#include "models/logs/regex.hpp"

#include <cctype>

namespace opsim::logs {

class RegexRun {
 public:
  RegexRun(const Regex& regex, std::string_view text, bool with_groups)
      : regex_{regex},
        text_{text},
        slots_{with_groups ? 2 * (regex.names_.size() + 1) : 0},
        marks_(regex.program_.size(), 0) {
    current_.reserve(slots_);
  }

  bool run() {
    for (std::size_t at = 0; at <= text_.size(); ++at) {
      if (!found_) {
        current_.assign(slots_, kNowhere);
        follow(threads_, 0, at);
      }
      if (threads_.at.empty() && found_) break;
      step(at);
      if (steps_ > Regex::kMostSteps) return false;
    }
    return found_;
  }
  [[nodiscard]] Regex::Groups groups() const {
    Regex::Groups groups;
    for (std::size_t i = 0; i + 1 < best_.size(); i += 2) {
      const bool took_part = best_[i] != kNowhere && best_[i + 1] != kNowhere;
      groups.push_back(took_part ? std::optional{text_.substr(best_[i], best_[i + 1] - best_[i])}
                                 : std::nullopt);
    }
    return groups;
  }

 private:
  using Op = Regex::Op;
  static constexpr std::size_t kNowhere = std::string_view::npos;
  static constexpr std::uint32_t kGo = ~0U;

  struct Threads {
    std::vector<std::uint32_t> at;
    std::vector<std::size_t> slots;  // those of each, one behind the other
    void clear() {
      at.clear();
      slots.clear();
    }
  };
  struct Pending {
    std::uint32_t at = 0;
    std::uint32_t slot = kGo;  // or one to set back to `old`
    std::size_t old = 0;
  };

  static bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  }
  [[nodiscard]] bool holds(Op op, std::size_t at) const {
    if (op == Op::begin) return at == 0;
    if (op == Op::end) return at == text_.size() || (at + 1 == text_.size() && text_[at] == '\n');
    const bool before = at > 0 && is_word(text_[at - 1]);
    const bool after = at < text_.size() && is_word(text_[at]);
    return (before != after) == (op == Op::boundary);
  }
  /// Adds the thread at `start` and all that it reaches without a character, best first.
  void follow(Threads& threads, std::uint32_t start, std::size_t at) {
    pending_.push_back({start});
    while (!pending_.empty()) {
      const Pending next = pending_.back();
      pending_.pop_back();
      if (next.slot != kGo) {
        current_[next.slot] = next.old;
        continue;
      }
      walk(threads, next.at, at);
    }
  }
  void walk(Threads& threads, std::uint32_t pc, std::size_t at) {
    while (marks_[pc] != generation_) {
      marks_[pc] = generation_;
      ++steps_;
      const Regex::Instruction& instruction = regex_.program_[pc];
      switch (instruction.op) {
        case Op::jump: pc = instruction.x; break;
        case Op::split:
          pending_.push_back({instruction.y});
          pc = instruction.x;
          break;
        case Op::save:
          if (instruction.x < slots_) {
            pending_.push_back({0, instruction.x, current_[instruction.x]});
            current_[instruction.x] = at;
          }
          ++pc;
          break;
        case Op::bytes:
        case Op::match:
          threads.at.push_back(pc);
          threads.slots.insert(threads.slots.end(), current_.begin(), current_.end());
          return;
        default:
          if (!holds(instruction.op, at)) return;
          ++pc;
      }
    }
  }
  /// Moves every thread over the character at `at`.
  void step(std::size_t at) {
    next_.clear();
    ++generation_;
    for (std::size_t i = 0; i < threads_.at.size(); ++i) {
      const Regex::Instruction& instruction = regex_.program_[threads_.at[i]];
      ++steps_;
      const auto slots = threads_.slots.begin() + static_cast<std::ptrdiff_t>(i * slots_);
      if (instruction.op == Op::match) {
        best_.assign(slots, slots + static_cast<std::ptrdiff_t>(slots_));
        found_ = true;
        break;  // what is left is worse
      }
      if (at == text_.size()) continue;
      if (!regex_.sets_[instruction.x][static_cast<unsigned char>(text_[at])]) continue;
      current_.assign(slots, slots + static_cast<std::ptrdiff_t>(slots_));
      follow(next_, threads_.at[i] + 1, at + 1);
    }
    std::swap(threads_, next_);
  }

  const Regex& regex_;
  std::string_view text_;
  std::size_t slots_;
  std::vector<std::uint64_t> marks_;
  std::uint64_t generation_ = 1;  // whose marks are those of the threads being collected
  std::vector<Pending> pending_;
  std::vector<std::size_t> current_;
  Threads threads_;
  Threads next_;
  std::vector<std::size_t> best_;
  bool found_ = false;
  std::size_t steps_ = 0;
};

bool Regex::matches(std::string_view text) const { return RegexRun{*this, text, false}.run(); }

std::optional<Regex::Groups> Regex::search(std::string_view text) const {
  RegexRun run{*this, text, true};
  if (!run.run()) return std::nullopt;
  return run.groups();
}

}  // namespace opsim::logs
