// Tags of templates and experiments, and what is wrong with a template, each thing with its place.
#include "models/fis/operations.hpp"
#include "models/fis/template_check.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::fis {

namespace {

ApiResult<Texts*> tags_of(Fis& fis, const Request& request) {
  const std::string name = input::text(request.input, "resourceArn");
  const std::string id = name.substr(name.rfind('/') + 1);
  if (ExperimentTemplate* one = fis.find_template(request.place(), id)) return &one->spec.tags;
  if (Experiment* one = fis.find_experiment(request.place(), id)) return &one->tags;
  return not_found("Resource", name);
}

}  // namespace

ApiResult<Json> list_tags(Fis& fis, const Request& request) {
  const ApiResult<Texts*> tags = tags_of(fis, request);
  if (!tags) return tags.error();
  return Json{{"tags", **tags}};
}

ApiResult<Json> tag_resource(Fis& fis, const Request& request) {
  const ApiResult<Texts*> tags = tags_of(fis, request);
  if (!tags) return tags.error();
  for (auto& [key, value] : input::tags(input::member(request.input, "tags")))
    (*tags)->insert_or_assign(key, value);
  return Json::object();
}

// "tagKeys: the tag keys to remove"; without them, all tags go.
ApiResult<Json> untag_resource(Fis& fis, const Request& request) {
  const ApiResult<Texts*> tags = tags_of(fis, request);
  if (!tags) return tags.error();
  const std::vector<std::string> keys = input::texts(request.input, "tagKeys");
  if (keys.empty()) (*tags)->clear();
  for (const std::string& key : keys) (*tags)->erase(key);
  return Json::object();
}

/// No operation of AWS: for `opsim check`, which tells each complaint where it stands.
ApiResult<Json> inspect_template(Fis& /*fis*/, const Request& request) {
  Problems problems;
  static_cast<void>(read_template(request.input, problems));
  Json found = Json::array();
  for (std::size_t i = 0; i < problems.texts.size(); ++i)
    found.push_back({{"message", problems.texts[i]}, {"pointer", problems.pointers[i]}});
  return Json{{"problems", std::move(found)}};
}

}  // namespace opsim::fis
