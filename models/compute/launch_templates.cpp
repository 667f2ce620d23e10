// Launch templates and their versions.
// AWS: EC2 API reference, CreateLaunchTemplate, CreateLaunchTemplateVersion, Describe...; a version
// is named by its number, $Latest or $Default; without one, the default version holds.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/ec2_operations.hpp"
#include "models/compute/ec2_resources.hpp"
#include "models/compute/filters.hpp"

namespace opsim::compute {

namespace {

constexpr std::size_t kMostVersions = 10'000;  // EC2 User Guide, "Launch template restrictions"

ApiResult<LaunchTemplate*> named_template(Fleet& fleet, const Place& place, const Json& reference) {
  std::string id = text_of(reference, "LaunchTemplateId");
  const std::string name = text_of(reference, "LaunchTemplateName");
  if (id.empty()) {
    const auto by_name = fleet.template_ids.find({place, name});
    if (by_name == fleet.template_ids.end())
      return ApiError{
          "InvalidLaunchTemplateName.NotFoundException",
          fmt::format("The specified launch template, with template name {}, does not exist.",
                      name)};
    id = by_name->second;
  }
  const auto found = fleet.templates.find(id);
  if (found == fleet.templates.end() || found->second.place != place)
    return ApiError{
        "InvalidLaunchTemplateId.NotFound",
        fmt::format("The specified launch template, with template ID {}, does not exist.", id)};
  return &found->second;
}

std::optional<std::int64_t> version_number(const LaunchTemplate& known, const std::string& text) {
  const auto latest = static_cast<std::int64_t>(known.versions.size());
  if (text.empty() || text == "$Default") return known.default_version;
  if (text == "$Latest") return latest;
  const auto number = integer_of(Json(text));
  return number && *number >= 1 && *number <= latest ? number : std::nullopt;
}

Json template_json(const LaunchTemplate& known) {
  return {{"LaunchTemplateId", known.id},
          {"LaunchTemplateName", known.name},
          {"CreateTime", time_text(known.created)},
          {"CreatedBy", fmt::format("arn:{}:iam::{}:root", partition_of(known.place.region),
                                    known.place.account)},
          {"DefaultVersionNumber", known.default_version},
          {"LatestVersionNumber", static_cast<std::int64_t>(known.versions.size())},
          {"Tags", tags_json(known.tags)}};
}

Json version_json(const LaunchTemplate& known, std::int64_t number) {
  return {{"LaunchTemplateId", known.id},
          {"LaunchTemplateName", known.name},
          {"VersionNumber", number},
          {"CreateTime", time_text(known.created)},
          {"DefaultVersion", number == known.default_version},
          {"LaunchTemplateData", known.versions[static_cast<std::size_t>(number - 1)].first}};
}

ApiResult<LaunchTemplate*> add_template(Fleet& fleet, const Place& place, const std::string& name,
                                        const Json& data, const Json& metadata) {
  if (fleet.template_ids.contains({place, name}))
    return ApiError{"InvalidLaunchTemplateName.AlreadyExistsException",
                    "Launch template name already in use."};
  const std::string id = fleet.cloud.next_id("lt-");
  LaunchTemplate& known = fleet.templates[id];
  known.id = id;
  known.name = name;
  known.place = place;
  known.created = fleet.now();
  known.versions.emplace_back(data, metadata);
  fleet.template_ids[{place, name}] = id;
  return &known;
}

Tags template_tags(const Json& members) {
  Tags tags;
  const Json& specifications = member(members, "TagSpecifications");
  if (!specifications.is_array()) return tags;
  for (const Json& one : specifications)
    if (text_of(one, "ResourceType") == "launch-template") tags.merge(tags_of(member(one, "Tags")));
  return tags;
}

}  // namespace

ApiResult<TemplateVersion> find_template(Fleet& fleet, const Place& place, const Json& reference) {
  const auto known = named_template(fleet, place, reference);
  if (!known) return known.error();
  const auto number = version_number(**known, text_of(reference, "Version"));
  if (!number)
    return ApiError{"InvalidLaunchTemplateId.VersionNotFound",
                    fmt::format("Could not find the specified version {} for the launch template "
                                "with ID {}.",
                                text_of(reference, "Version"), (*known)->id)};
  const auto& [data, metadata] = (*known)->versions[static_cast<std::size_t>(*number - 1)];
  return TemplateVersion{*known, *number, &data, &metadata};
}

ApiResult<Created> create_template_resource(Fleet& fleet, const ResourceRequest& request) {
  std::string name = text_of(request.properties, "LaunchTemplateName");
  if (name.empty()) name = generated_name(request);
  const auto known =
      add_template(fleet, request.place, name, member(request.properties, "LaunchTemplateData"),
                   member(request.resource, "Metadata"));
  if (!known) return known.error();
  LaunchTemplate& made = **known;
  made.tags = template_tags(request.properties);
  return Created{.physical_id = made.id,
                 .arn = arn(request.place, "ec2", "launch-template/" + made.id),
                 .attributes = {{"LaunchTemplateId", made.id},
                                {"DefaultVersionNumber", "1"},
                                {"LatestVersionNumber", "1"}}};
}

ApiResult<Json> create_launch_template(Fleet& fleet, const Request& request) {
  const std::string name = text_of(request.input, "LaunchTemplateName");
  if (name.size() < 3 || name.size() > 128)
    return ApiError{"InvalidLaunchTemplateName.MalformedException",
                    "A launch template name must be between 3 and 128 characters."};
  const auto known = add_template(fleet, request.place(), name,
                                  member(request.input, "LaunchTemplateData"), Json{});
  if (!known) return known.error();
  (*known)->tags = template_tags(request.input);
  return Json{{"LaunchTemplate", template_json(**known)}};
}

ApiResult<Json> create_launch_template_version(Fleet& fleet, const Request& request) {
  const auto known = named_template(fleet, request.place(), request.input);
  if (!known) return known.error();
  LaunchTemplate& made = **known;
  if (made.versions.size() >= kMostVersions)
    return ApiError{"LaunchTemplateVersionLimitExceeded", "Too many versions"};
  const std::string source = text_of(request.input, "SourceVersion");
  Json base;
  if (!source.empty()) {
    const auto number = version_number(made, source);
    if (!number)
      return ApiError{"InvalidLaunchTemplateId.VersionNotFound",
                      fmt::format("Could not find launch template version {}", source)};
    base = made.versions[static_cast<std::size_t>(*number - 1)].first;
  }
  made.versions.emplace_back(overlaid(base, member(request.input, "LaunchTemplateData")), Json{});
  const auto latest = static_cast<std::int64_t>(made.versions.size());
  return Json{{"LaunchTemplateVersion", version_json(made, latest)}};
}

/// Only its default version can change.
ApiResult<Json> modify_launch_template(Fleet& fleet, const Request& request) {
  const auto known = named_template(fleet, request.place(), request.input);
  if (!known) return known.error();
  std::string version = text_of(request.input, "DefaultVersion");
  if (version.empty()) version = text_of(request.input, "SetDefaultVersion");
  const auto number = version_number(**known, version);
  if (!number)
    return ApiError{"InvalidLaunchTemplateId.VersionNotFound",
                    fmt::format("Could not find launch template version {}", version)};
  (*known)->default_version = *number;
  return Json{{"LaunchTemplate", template_json(**known)}};
}

ApiResult<Json> describe_launch_templates(Fleet& fleet, const Request& request) {
  constexpr std::string_view kFilters[] = {"launch-template-name"};
  const auto filters = read_filters(request.input, kFilters);
  if (!filters) return filters.error();
  const auto ids = texts_of(request.input, "LaunchTemplateIds");
  const auto names = texts_of(request.input, "LaunchTemplateNames");
  for (const std::string& id : ids)
    if (auto known = named_template(fleet, request.place(), {{"LaunchTemplateId", id}}); !known)
      return known.error();
  for (const std::string& name : names)
    if (auto known = named_template(fleet, request.place(), {{"LaunchTemplateName", name}}); !known)
      return known.error();
  Json list = Json::array();
  for (const auto& [id, known] : fleet.templates) {
    if (known.place != request.place()) continue;
    const bool wanted = (ids.empty() && names.empty()) || std::ranges::count(ids, id) > 0 ||
                        std::ranges::count(names, known.name) > 0;
    const auto values = [&](std::string_view) { return std::vector{known.name}; };
    if (wanted && passes(*filters, known.tags, values)) list.push_back(template_json(known));
  }
  return Json{{"LaunchTemplates", std::move(list)}};
}

ApiResult<Json> describe_launch_template_versions(Fleet& fleet, const Request& request) {
  const auto known = named_template(fleet, request.place(), request.input);
  if (!known) return known.error();
  Json list = Json::array();
  const std::vector<std::string> versions = texts_of(request.input, "Versions");
  for (std::size_t number = 1; number <= (*known)->versions.size(); ++number) {
    const auto wanted = [&](const std::string& text) {
      return version_number(**known, text) == static_cast<std::int64_t>(number);
    };
    if (versions.empty() || std::ranges::any_of(versions, wanted))
      list.push_back(version_json(**known, static_cast<std::int64_t>(number)));
  }
  return Json{{"LaunchTemplateVersions", std::move(list)}};
}

}  // namespace opsim::compute
