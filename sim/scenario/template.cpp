#include "opsim/scenario/template.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/template_body.hpp"
#include "sim/scenario/template_reader.hpp"

namespace opsim {

Template::Template() : body_{std::make_shared<const Body>()} {}

Template Template::read(const Document& document, Diagnostics& diagnostics,
                        const NestedTemplates& nested, const ParameterTexts& values) {
  diagnostics.append(document.notes);
  std::size_t read = 0;
  NestedReading nesting{nested, {std::string{document.root.file()}}, read, values};
  return Template{read_body(document.root, diagnostics, nesting)};
}

bool Template::recognises(const Node& root) {
  if (root.contains("AWSTemplateFormatVersion")) return true;
  const auto resources = root.find("Resources");
  return resources && resources->is_mapping();
}

std::string_view Template::file() const { return body_->root.file(); }
std::string_view Template::description() const { return body_->description; }
std::string Template::body_text() const {
  return body_->root.to_json().dump(-1, ' ', false, Json::error_handler_t::replace);
}
std::span<const TemplateParameter> Template::parameters() const { return body_->parameters; }
std::span<const TemplateResource> Template::resources() const { return body_->resources; }

std::vector<std::string_view> Template::outputs() const {
  std::vector<std::string_view> names;
  for (const OutputBody& output : body_->outputs) names.push_back(output.name);
  return names;
}

std::vector<std::string_view> Template::creation_order() const {
  std::vector<std::string_view> names;
  for (const std::uint32_t number : body_->order)
    names.push_back(body_->resources[number].logical_id);
  return names;
}

const TemplateResource* Template::resource(std::string_view logical_id) const {
  const auto found = std::ranges::find(body_->resources, logical_id, &TemplateResource::logical_id);
  return found == body_->resources.end() ? nullptr : &*found;
}

const TemplateParameter* Template::parameter(std::string_view name) const {
  const auto found = std::ranges::find(body_->parameters, name, &TemplateParameter::name);
  return found == body_->parameters.end() ? nullptr : &*found;
}

std::vector<std::string> Template::transforms() const { return body_->transforms; }
bool Template::loops_over_parameters() const { return body_->loops_over_parameters; }

std::string not_simulated_text(const NotSimulated& list) {
  if (list.empty()) return {};
  std::string text = "Not simulated here, accepted as written: ";
  const char* separator = "";
  for (const auto& [name, count] : list) {
    text += fmt::format("{}{} ({})", separator, name, count);
    separator = ", ";
  }
  return text + ".";
}

}  // namespace opsim
