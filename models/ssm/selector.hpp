#pragma once
/// The paths that runbooks write to pick a value out of an answer: `$.Reservations[0].Instances`.
///
/// AWS: Systems Manager User Guide, "Action outputs": selectors are JSONPath. The part of it that
/// public runbooks use is read: names, indices (negative from the end), slices, wildcards, `..name`
/// and filters that compare one member: `[?(@.State == 'running')]`.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/json.hpp"

namespace opsim::ssm {

class Selector {
 public:
  /// Nothing when `text` is not such a path; `error` then says why.
  static std::optional<Selector> parse(std::string_view text, std::string& error);

  /// What the path finds, in the order of the document. Pointers into `root`.
  [[nodiscard]] std::vector<const Json*> find(const Json& root) const;
  /// The value of a definite path; a list of what the others find. Nothing when there is none.
  [[nodiscard]] std::optional<Json> read(const Json& root) const;
  /// A path without `..`, `*`, slices and filters finds at most one value.
  [[nodiscard]] bool definite() const noexcept { return definite_; }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  struct Comparison {
    std::string member;  // "State" or "State.Name"; "" for @ itself
    std::string symbol;  // "==", "!=", "<", "<=", ">", ">=", or "" for "is there"
    Json value;
  };
  struct Part {
    enum class Kind : std::uint8_t { name, index, slice, every, descend, filter } kind;
    std::string name;            // name; descend ("" for every descendant)
    std::int64_t from = 0;       // index; slice
    std::int64_t to = 0;         // slice
    bool open_end = false;       // slice
    Comparison comparison = {};  // filter
  };

 private:
  std::string text_;
  std::vector<Part> parts_;
  bool definite_ = true;
};

}  // namespace opsim::ssm
