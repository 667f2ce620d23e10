#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "models/events/event_text.hpp"

namespace opsim::events {

/// Why a text is no JSON, worded as the JSON reader of the engine behind EventBridge words it.
struct JsonSyntaxError {
  std::string reason;
  std::size_t offset = 0;  // bytes into the text
};

enum class JsonToken {
  object_begin,
  object_end,
  array_begin,
  array_end,
  name,
  string,
  number,
  truth,
  untruth,
  null
};

/// Reads JSON token by token, in the order of the text, so that the first thing wrong is told
/// first.
///
/// Errors    next() throws JsonSyntaxError. Text after the outermost value is not looked at.
/// Limits    Nesting deeper than `max_depth` is an error.
/// Lifetime  Borrows the text; text() is valid until the next next().
class JsonTokens {
 public:
  explicit JsonTokens(std::string_view text, std::size_t max_depth = EventText::kMaxDepth)
      : text_(text), max_depth_(max_depth) {}

  /// The next token. Not to be called again after the outermost value has ended.
  JsonToken next();
  /// A string or name decoded to UTF-8, a number, literal or bracket as it is spelt.
  [[nodiscard]] std::string_view text() const { return token_text_; }
  /// Bytes read so far.
  [[nodiscard]] std::size_t offset() const { return at_; }
  [[nodiscard]] std::size_t depth() const { return open_.size(); }

 private:
  struct Open {
    bool is_object = false;
    std::size_t offset = 0;
    std::size_t count = 0;  // names or elements so far
  };

  [[noreturn]] void fail(std::string reason) const {
    throw JsonSyntaxError{std::move(reason), at_};
  }
  [[noreturn]] void fail_at_char(std::string_view complaint) const;
  [[noreturn]] void fail_at_end() const;
  [[noreturn]] void fail_at_literal();
  [[noreturn]] void fail_at_non_number(std::string_view word) const;
  void skip_space(bool between_entries);
  [[noreturn]] void fail_at_root_close(char bracket) const;
  void need_more() const;
  void need_more_of_escape() const;
  JsonToken close(char bracket);
  JsonToken open(char bracket);
  JsonToken value();
  JsonToken number();
  JsonToken literal(std::string_view word, JsonToken token);
  void read_string(std::string_view what);
  void check_escape();
  void digits(std::string_view complaint, std::string_view end_complaint);
  [[nodiscard]] std::string start_marker(const Open& open) const;
  [[nodiscard]] std::string source_place(std::size_t line, std::size_t column) const;

  std::string_view text_;
  std::size_t max_depth_;
  std::size_t at_ = 0;
  bool expects_value_ = true;  // after a name, or at the very beginning
  std::vector<Open> open_;
  std::string_view token_text_;
  std::string decoded_;
};

}  // namespace opsim::events
