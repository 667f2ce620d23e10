// Properties against what the services know of them, and the list of what they do not.
#include <fmt/format.h>

#include <algorithm>

#include "opsim/document/shape.hpp"
#include "sim/scenario/stack_catalog.hpp"
#include "sim/scenario/template_body.hpp"

namespace opsim {

namespace {

/// Ids are ASCII, whatever the locale.
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_but_for_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

/// One letter too many, too few or wrong, or two in each other's place.
bool one_slip(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  const auto [left, right] = std::ranges::mismatch(a, b);
  const std::string_view rest_a{left, a.end()};
  const std::string_view rest_b{right, b.end()};
  if (a.size() < b.size()) return rest_a == rest_b.substr(1);
  if (rest_a.empty()) return false;
  if (rest_a.substr(1) == rest_b.substr(1)) return true;
  return rest_a.size() > 1 && rest_a[0] == rest_b[1] && rest_a[1] == rest_b[0] &&
         rest_a.substr(2) == rest_b.substr(2);
}

/// AWS has more than a thousand types, most of them not known here: only what differs by a slip in
/// one word of five letters or more is taken for one (AWS::ECS::Cluster is not AWS::EKS::Cluster).
bool is_slip(std::string_view wrong, std::string_view known) {
  if (same_but_for_case(wrong, known)) return true;
  constexpr std::size_t kShortestWord = 5;
  std::size_t differing = 0;
  while (!wrong.empty() || !known.empty()) {
    const std::string_view word = wrong.substr(0, wrong.find("::"));
    const std::string_view other = known.substr(0, known.find("::"));
    if (word != other &&
        (++differing > 1 || other.size() < kShortestWord || !one_slip(word, other)))
      return false;
    wrong.remove_prefix(std::min(wrong.size(), word.size() + 2));
    known.remove_prefix(std::min(known.size(), other.size() + 2));
  }
  return true;
}

std::string_view meant_type(std::string_view wrong, Catalog catalog) {
  for (const Service* service : catalog)
    for (const ResourceType& row : service->resources)
      if (is_slip(wrong, row.type)) return row.type;
  return {};
}

void check_resource(const TemplateResource& resource, Catalog catalog, Diagnostics& diagnostics,
                    NotSimulated& list) {
  const auto found = find_resource_type(catalog, resource.type);
  if (found.row == nullptr || !found.row->not_simulated.empty()) {
    const std::string_view meant =
        found.row == nullptr ? meant_type(resource.type, catalog) : std::string_view{};
    if (meant.empty()) {
      ++list[resource.type];
    } else {
      diagnostics.add(resource.text.locate("/Type").complaint(
          fmt::format("resource {}: {} is no type; did you mean {}?", resource.logical_id,
                      opsim::quoted(resource.type), opsim::quoted(meant))));
    }
    return;
  }
  if (found.row->properties == nullptr) return;
  std::vector<std::string> unknown;
  CheckOptions options =
      cloudformation_properties(fmt::format("{} {}", resource.type, resource.logical_id));
  options.not_simulated = &unknown;
  const auto properties = resource.text.find("Properties");
  // A resource without properties lacks the required ones, too.
  if (properties) {
    check(*properties, *found.row->properties, diagnostics, options);
  } else {
    for (const Field& field : found.row->properties->fields)
      if (field.need == Need::required)
        diagnostics.add(
            resource.text.complaint(fmt::format("{}: {} is missing", options.subject, field.name)));
  }
  for (const std::string& path : unknown) ++list[fmt::format("{} {}", resource.type, path)];
}

}  // namespace

void check(const Template& text, Catalog catalog, Diagnostics& diagnostics,
           NotSimulated& not_simulated) {
  const Template::Body& body = text.body();
  for (const auto& [name, count] : body.not_simulated) not_simulated[name] += count;
  for (std::size_t i = 0; i < body.bodies.size(); ++i) {
    if (body.bodies[i].nested) {
      check(*body.bodies[i].nested, catalog, diagnostics, not_simulated);
    } else if (!body.resources[i].type.empty()) {
      check_resource(body.resources[i], catalog, diagnostics, not_simulated);
    }
  }
}

}  // namespace opsim
