// A template as a whole: its sections, its transforms, its quotas, its names.
// AWS: CloudFormation User Guide, "Template anatomy", "CloudFormation quotas".
#include "sim/scenario/template_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/scenario/loops.hpp"
#include "sim/scenario/serverless.hpp"

namespace opsim {

namespace {

constexpr std::string_view kSections[] = {"AWSTemplateFormatVersion",
                                          "Conditions",
                                          "Description",
                                          "Hooks",
                                          "Mappings",
                                          "Metadata",
                                          "Outputs",
                                          "Parameters",
                                          "Resources",
                                          "Rules",
                                          "Transform"};

struct Quota {
  std::string_view section;
  std::size_t most;
};
constexpr Quota kQuotas[] = {
    {"Mappings", 200}, {"Outputs", 200}, {"Parameters", 200}, {"Resources", 500}};
constexpr std::size_t kLongestDescription = 1024;
constexpr std::size_t kLongestName = 255;

/// "Must be alphanumeric (A-Za-z0-9)": logical ids, parameters, conditions, outputs.
bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

}  // namespace

TemplateReader::TemplateReader(const Node& root, Diagnostics& diagnostics, NestedReading& nesting)
    : root_{root},
      diagnostics_{diagnostics},
      nesting_{nesting},
      body_{std::make_shared<Template::Body>()},
      values_{names_, diagnostics, body_->not_simulated} {
  body_->root = root;
  names_.mappings = &body_->mappings;
}

/// Loops are written out first, then what SAM makes of the result.
std::shared_ptr<const Template::Body> read_body(const Node& root, Diagnostics& diagnostics,
                                                NestedReading& nesting) {
  NotSimulated list;
  WrittenOut loops{.document = {root, {}}};
  if (has_loops(root)) loops = write_loops_out(root, nesting.values, diagnostics, list);
  if (is_serverless(loops.document.root))
    loops.document = expand_serverless(loops.document.root, nesting.find, diagnostics, list);
  TemplateReader reader{loops.document.root, diagnostics, nesting};
  if (!loops.complete) reader.expect_unknown_names();
  if (const auto written = root.find("Transform"))
    reader.note_transforms(*written, loops.over_parameters);
  return reader.read(list);
}

std::shared_ptr<const Template::Body> TemplateReader::read(const NotSimulated& by_transform) {
  body_->not_simulated = by_transform;
  if (!root_.is_mapping()) {
    complain(root_, fmt::format("a template is {}; it must be a mapping with Resources",
                                root_.describe()));
    return body_;
  }
  read_transforms();
  check_sections();
  if (!within_quotas()) return body_;
  collect_names();
  read_parameters();
  read_mappings();
  read_conditions();
  read_rules();
  read_resources();
  read_outputs();
  return body_;
}

void TemplateReader::note_transforms(const Node& written, bool over_parameters) {
  body_->loops_over_parameters = over_parameters;
  const auto note = [&](const Node& one) {
    const Node name = one.is_mapping() ? one.find("Name").value_or(one) : one;
    if (name.is_text()) body_->transforms.emplace_back(name.spelling());
  };
  if (!written.is_list()) return note(written);
  for (const Node& item : written.items()) note(item);
}

Node TemplateReader::section(std::string_view name) const {
  return root_.find(name).value_or(Node{});
}

void TemplateReader::read_transforms() {
  const Node transform = section("Transform");
  if (transform.is_list()) {
    for (const Node& item : transform.items()) read_transform(item);
  } else if (!transform.is_null()) {
    read_transform(transform);
  }
  if (root_.contains("Fn::Transform"))
    added_by_macro("Fn::Transform", *root_.find("Fn::Transform"));
}

void TemplateReader::read_transform(const Node& transform) {
  const Node name = transform.is_mapping() ? transform.find("Name").value_or(transform) : transform;
  if (!name.is_text()) {
    complain(transform, fmt::format("Transform is {}; it takes the name of a macro, or {{Name, "
                                    "Parameters}}",
                                    transform.describe()));
    return;
  }
  if (name.spelling() == "AWS::LanguageExtensions") {
    names_.language_extensions = true;
    return;
  }
  // Its one work is HostedRotationLambda, which the resource does here by itself.
  if (name.spelling().starts_with("AWS::SecretsManager-")) return;
  ++body_->not_simulated[fmt::format("Transform {}", name.spelling())];
  names_.macros = true;
}

void TemplateReader::check_sections() {
  for (const auto& [key, value, at] : root_.entries()) {
    if (std::ranges::find(kSections, key) != std::end(kSections)) continue;
    if (key == "Fn::Transform" || names_.macros) continue;
    diagnostics_.add(root_.file(), at,
                     fmt::format("{} is no section of a template{}", quoted(key),
                                 did_you_mean(key, std::span{kSections})));
  }
  if (root_.contains("Hooks")) ++body_->not_simulated["Hooks"];
  if (const auto version = root_.find("AWSTemplateFormatVersion");
      version && version->spelling() != "2010-09-09")
    complain(*version, fmt::format("AWSTemplateFormatVersion is {}; must be \"2010-09-09\"",
                                   version->describe()));
  const Node description = section("Description");
  body_->description = description.as_text().value_or("");
  if (body_->description.size() > kLongestDescription)
    complain(description, fmt::format("Description has {} bytes; at most {}",
                                      body_->description.size(), kLongestDescription));
  if (!description.is_null() && !description.is_text())
    complain(description,
             fmt::format("Description is {}; it must be a text", description.describe()));
}

bool TemplateReader::within_quotas() {
  bool within = true;
  for (const auto& [name, most] : kQuotas) {
    const Node entries = section(name);
    if (entries.size() <= most) continue;
    complain(entries, fmt::format("{} has {} entries; a template has at most {}", name,
                                  entries.size(), most));
    within = false;
  }
  return within;
}

/// What a macro adds beside the entries of a section is not known here.
bool TemplateReader::added_by_macro(std::string_view key, const Node& value) {
  if (!is_macro(key)) return false;
  if (key != "Fn::Transform" && !names_.macros)
    complain(value,
             fmt::format("{} needs \"Transform: AWS::LanguageExtensions\" in the template", key));
  const auto name = value.find("Name");
  ++body_->not_simulated[name && name->is_text() ? fmt::format("Fn::Transform {}", name->spelling())
                                                 : std::string{key.substr(0, key.find(':', 4))}];
  names_.macros = true;
  return true;
}

void TemplateReader::collect_names() {
  collect(names_.parameters, "Parameters");
  collect(names_.conditions, "Conditions");
  collect(names_.resources, "Resources");
  for (const auto& [key, value, at] : section("Mappings").entries()) added_by_macro(key, value);
  // What SAM would add for a resource of its that is not expanded.
  for (const auto& [key, value, at] : section("Resources").entries())
    if (const auto type = value.find("Type");
        type && type->spelling().starts_with("AWS::Serverless::"))
      names_.added_prefixes.emplace_back(key);
}

void TemplateReader::collect(NameTable& names, std::string_view name) {
  const Node entries = section(name);
  if (!entries.is_null() && !entries.is_mapping())
    complain(entries, fmt::format("{} is {}; it must be a mapping", name, entries.describe()));
  for (const auto& [key, value, at] : entries.entries()) added_by_macro(key, value);
  std::uint32_t number = 0;
  for (const auto& [key, value, at] : entries_of(name)) {
    if (!is_name(key))
      diagnostics_.add(
          root_.file(), at,
          fmt::format("{} of {} {}", quoted(key), name,
                      key.find("${") != key.npos || key.find("{{") != key.npos
                          ? "is a placeholder, which something must fill in first"
                          : "is no name: it has letters and digits only, at most 255"));
    names.emplace(key, number++);
  }
}

std::vector<Entry> TemplateReader::entries_of(std::string_view name) const {
  std::vector<Entry> entries;
  std::map<std::string_view, std::size_t> known;
  for (const Entry& entry : section(name).entries()) {
    if (is_macro(entry.key)) continue;
    const auto [place, fresh] = known.emplace(entry.key, entries.size());
    if (fresh) {
      entries.push_back(entry);
    } else {
      entries[place->second] = entry;
    }
  }
  return entries;
}

}  // namespace opsim
