#pragma once
/// Fills a Template::Body, section by section: first every name, then what refers to names.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/intrinsic_reader.hpp"
#include "sim/scenario/template_body.hpp"

namespace opsim {

/// What a template and the templates nested in it share while they are read.
struct NestedReading {
  const NestedTemplates& find;
  std::vector<std::string> chain;  // the files that nest one another, outermost first
  std::size_t& read;               // how many nested templates so far
  std::map<std::string, std::string> values = {};  // of the outermost template's parameters
};

[[nodiscard]] std::shared_ptr<const Template::Body> read_body(const Node& root,
                                                              Diagnostics& diagnostics,
                                                              NestedReading& nesting);

class TemplateReader {
 public:
  TemplateReader(const Node& root, Diagnostics& diagnostics, NestedReading& nesting);
  /// `by_transform`: what transforms did not simulate.
  [[nodiscard]] std::shared_ptr<const Template::Body> read(const NotSimulated& by_transform);
  /// Names may be missing: a loop whose rounds are not known.
  void expect_unknown_names() { names_.macros = true; }
  /// `written`: the section Transform, before any of them was at work.
  void note_transforms(const Node& written, bool over_parameters);

 private:
  // template_reader.cpp: the document as a whole
  void read_transforms();
  void read_transform(const Node& transform);
  void check_sections();
  bool within_quotas();
  void collect_names();
  void collect(NameTable& names, std::string_view section);
  /// Without macros; of a key that stands twice, the last one.
  [[nodiscard]] std::vector<Entry> entries_of(std::string_view section) const;
  bool added_by_macro(std::string_view key, const Node& value);
  // template_sections.cpp: what stands before the resources
  void read_parameters();
  void read_mappings();
  void read_mapping(std::string_view name, const Node& text);
  void read_conditions();
  // template_rules.cpp
  void read_rules();
  void read_rule(std::string_view name, const Node& text);
  std::optional<Expression> read_rule_condition(const Node& node);
  // template_resources.cpp
  void read_resources();
  void read_resource(std::string_view logical_id, const Node& text);
  void read_depends_on(const Node& text, ResourceBody& body);
  void read_nested(const TemplateResource& resource, ResourceBody& body);
  void order_resources();
  void read_outputs();
  void read_output(std::string_view name, const Node& text);
  std::optional<std::uint32_t> condition_of(const Node& text);

  [[nodiscard]] Node section(std::string_view name) const;
  void complain(const Node& at, std::string message) {
    diagnostics_.add(at.complaint(std::move(message)));
  }

  Node root_;
  Diagnostics& diagnostics_;
  NestedReading& nesting_;
  std::shared_ptr<Template::Body> body_;
  TemplateNames names_;
  IntrinsicReader values_;
};

}  // namespace opsim
