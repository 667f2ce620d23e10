#pragma once
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/document/source_text.hpp"
#include "sim/document/tree_builder.hpp"

namespace opsim {

/// Takes yaml-cpp's events of one YAML document and builds the tree: resolves plain scalars,
/// expands CloudFormation's short forms, follows aliases.
class YamlEvents final : public YAML::EventHandler {
 public:
  YamlEvents(const SourceText& source, TreeBuilder& builder) : source_(source), builder_(builder) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { end(); }

 private:
  enum class Next : std::uint8_t { item, key, value };
  struct Level {
    Next next = Next::item;
    bool wrapped = false;  // a short form: two cells close at once
  };
  void start(NodeKind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
  void end();

  [[nodiscard]] bool wants_key() const;
  /// True where a key was wanted: then this text is it.
  [[nodiscard]] bool took_key(std::string_view text, bool plain, const YAML::Mark& mark);
  void refuse_key(const YAML::Mark& mark);
  [[nodiscard]] std::string_view null_key(const YAML::Mark& mark) const;
  [[nodiscard]] bool passed_over();
  void value_done();
  void tagged_scalar(std::string_view tag, std::string_view value, std::size_t offset);
  void attribute(std::string_view value, Position at);
  void remember(YAML::anchor_t anchor, std::uint32_t cell);
  [[nodiscard]] bool check_tag(std::string_view tag, const YAML::Mark& mark);
  [[nodiscard]] std::size_t offset_of(const YAML::Mark& mark) const;
  [[nodiscard]] Position position(const YAML::Mark& mark) const;
  /// The tag and anchor stand before the value and yaml-cpp marks the first of the three.
  [[nodiscard]] std::size_t after_properties(std::size_t offset) const;

  const SourceText& source_;
  TreeBuilder& builder_;
  std::vector<Level> levels_;
  std::map<YAML::anchor_t, std::uint32_t> anchors_;
  std::size_t passing_ = 0;  // levels open of a key that is no text
  bool pass_value_ = false;  // and then its value
};

}  // namespace opsim
