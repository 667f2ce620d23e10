#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "sim/document/source_text.hpp"
#include "sim/document/tree_builder.hpp"

namespace opsim {

/// Strict JSON (RFC 8259), without recursion. Slips that leave no doubt about what was meant (a
/// comma too many or too few, a comment, a bad escape) are told and stepped over, so that one pass
/// finds them all; anything else ends the reading.
class JsonReader {
 public:
  JsonReader(const SourceText& source, TreeBuilder& builder)
      : source_(source), text_(source.text()), builder_(builder) {}

  /// Throws Stopped after a complaint that ends the reading.
  void read();

 private:
  void read_value();
  void read_key();
  void after_value();
  void close(char bracket);
  void expect_end();
  void read_number();
  void read_word();

  // ---- Texts: json_text.cpp ----
  [[nodiscard]] std::string_view read_text();
  void read_escape();
  void read_unicode_escape();
  [[nodiscard]] int read_hex4();
  void append_utf8(unsigned code);

  // ---- Below: characters ----
  void skip_space();
  void skip_comment();
  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char here() const { return at_end() ? '\0' : text_[at_]; }
  [[nodiscard]] Position position() const { return source_.at(at_); }
  /// What stands here, for messages: `'}'`, `"maxResults"`, `the end of the text`.
  [[nodiscard]] std::string found() const;
  [[noreturn]] void expected(std::string_view what);
  void complain(std::size_t offset, std::string message);

  const SourceText& source_;
  std::string_view text_;
  TreeBuilder& builder_;
  std::size_t at_ = 0;
  std::string decoded_;  // of the text being read, once an escape has been met
};

}  // namespace opsim
