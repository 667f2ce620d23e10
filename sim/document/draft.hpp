#pragma once
/// A document that is put together from another one: parts are taken over with their positions, or
/// made up at the place of what they come from, so that whatever is said of them later names a line
/// that a person wrote.
///
///   Draft role = Draft::mapping(function);
///   role.set("Type", Draft::text("AWS::IAM::Role", function));
///   role.set("Properties", Draft::of(*function.find("Properties")));
///   const Document made = build(role, diagnostics);
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "opsim/document/read.hpp"
#include "opsim/json.hpp"

namespace opsim {

class Draft {
 public:
  /// Null.
  Draft() = default;
  /// The node as it stands, with everything in it.
  static Draft of(const Node& node);
  /// A mapping or list of which more is to be written: its entries or items, each as it stands.
  static Draft opened(const Node& node);
  static Draft text(std::string value, const Node& at);
  static Draft mapping(const Node& at);
  static Draft list(const Node& at);
  static Draft json(const Json& value, const Node& at);

  [[nodiscard]] bool is_list() const { return kind() == NodeKind::list; }
  [[nodiscard]] bool is_mapping() const { return kind() == NodeKind::mapping; }
  [[nodiscard]] NodeKind kind() const { return whole_ ? from_.kind() : kind_; }
  /// What it comes from.
  [[nodiscard]] const Node& from() const { return from_; }
  /// True for what was taken over as it stands.
  [[nodiscard]] bool whole() const { return whole_; }
  [[nodiscard]] std::string_view spelling() const {
    return whole_ ? from_.spelling() : std::string_view{text_};
  }

  /// Of a mapping that was made or opened; takes the place of an entry of that key.
  Draft& set(std::string_view key, Draft value);
  /// Of a list that was made or opened.
  Draft& add(Draft item);
  void erase(std::string_view key);
  /// Null where there is none.
  [[nodiscard]] Draft* find(std::string_view key);
  [[nodiscard]] const std::vector<std::pair<std::string, Draft>>& parts() const { return parts_; }
  [[nodiscard]] std::vector<std::pair<std::string, Draft>>& parts() { return parts_; }

 private:
  Node from_;
  NodeKind kind_ = NodeKind::null;
  bool whole_ = false;
  std::string text_;
  std::vector<std::pair<std::string, Draft>> parts_;  // of a list: without keys
};

/// The file is that of the root's node. Throws BadInput where the document grows beyond the limits
/// of reading.
[[nodiscard]] Document build(const Draft& root);

}  // namespace opsim
