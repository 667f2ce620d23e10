// Images: pushed, described, scanned, deleted.
// AWS: ECR API Reference, the operation of the same name; ECR User Guide, "Amazon ECR events and
// EventBridge" (ecr-eventbridge).
#include <fmt/format.h>

#include <algorithm>

#include "models/ecr/ecr.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::ecr {

namespace {

using input::member;
using input::text;

/// A basic scan of a pushed image (estimate).
constexpr Duration kScanTakes = std::chrono::seconds{40};

/// Sixty-four hexadecimal digits that follow from the manifest: the same image, the same digest.
std::string digest_of(const std::string& manifest) {
  std::string digest = "sha256:";
  for (const char* salt : {"a", "b", "c", "d"})
    digest += fmt::format("{:016x}", name_key(manifest + salt));
  return digest;
}

Image* image_of(Repository& repository, const Json& id) {
  const std::string digest = text(id, "imageDigest");
  const std::string tag = text(id, "imageTag");
  const auto found = std::ranges::find_if(repository.images, [&](const Image& one) {
    return digest.empty() ? std::ranges::find(one.tags, tag) != one.tags.end()
                          : one.digest == digest;
  });
  return found == repository.images.end() ? nullptr : &*found;
}

double seconds_of(SimTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

Json detail_json(const Repository& repository, const Image& image) {
  Json one{{"registryId", repository.place.account},
           {"repositoryName", repository.name},
           {"imageDigest", image.digest},
           {"imageTags", image.tags},
           {"imagePushedAt", seconds_of(image.pushed)}};
  if (image.scanned) {
    one["imageScanStatus"] = {{"status", "COMPLETE"}};
    one["imageScanFindingsSummary"] = {{"findingSeverityCounts", image.findings}};
  }
  return one;
}

ApiError no_image(const Repository& repository, const Json& id) {
  return {"ImageNotFoundException",
          fmt::format("The image with imageId {} does not exist within the repository with name "
                      "'{}' in the registry with id '{}'",
                      id.dump(), repository.name, repository.place.account)};
}

void take_tag(Repository& repository, const std::string& tag) {
  for (Image& image : repository.images) std::erase(image.tags, tag);
}

}  // namespace

void tell_action(Ecr& all, const Repository& repository, const Image& image, const char* action) {
  const std::string tag = image.tags.empty() ? "" : image.tags.back();
  const CauseId entry = all.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = repository.name,
       .text = fmt::format("image {} {}", tag.empty() ? image.digest.substr(0, 15) : tag,
                           std::string_view{action} == "PUSH" ? "pushed" : "deleted"),
       .source = std::string{all.cloud.resources().source_of(repository.arn)},
       .detail = {{"act", action}, {"image", image.digest}}});
  const CauseScope because{all.cloud.sim(), entry};
  Json detail{{"result", "SUCCESS"},
              {"repository-name", repository.name},
              {"image-digest", image.digest},
              {"action-type", action}};
  if (!tag.empty()) detail["image-tag"] = tag;
  all.cloud.emit({.source = "aws.ecr",
                  .detail_type = "ECR Image Action",
                  .place = repository.place,
                  .resources = {repository.arn},
                  .detail = std::move(detail),
                  .line = fmt::format("{} {} {}", repository.name, action, tag)});
}

void scan_later(Ecr& all, const Repository& repository, const std::string& digest) {
  all.cloud.sim().after(kScanTakes,
                        [&all, place = repository.place, name = repository.name, digest] {
                          const auto found = all.repositories.find({place, name});
                          if (found == all.repositories.end()) return;
                          const Json id{{"imageDigest", digest}};
                          Image* image = image_of(found->second, id);
                          if (image == nullptr) return;
                          image->scanned = true;
                          const auto& known = found->second.findings;
                          if (const auto general = known.find(""); general != known.end())
                            image->findings = general->second;
                          for (const std::string& tag : image->tags)
                            if (const auto own = known.find(tag); own != known.end())
                              image->findings = own->second;
                          all.cloud.emit({.source = "aws.ecr",
                                          .detail_type = "ECR Image Scan",
                                          .place = place,
                                          .resources = {found->second.arn},
                                          .detail = {{"scan-status", "COMPLETE"},
                                                     {"repository-name", name},
                                                     {"finding-severity-counts", image->findings},
                                                     {"image-digest", digest},
                                                     {"image-tags", image->tags}},
                                          .line = fmt::format("{}: scan complete", name)});
                        });
}

ApiResult<Json> put_image(Ecr& all, const Request& request) {
  const auto found = named_repository(all, request);
  if (!found) return found.error();
  Repository& repository = **found;
  const std::string manifest = text(request.input, "imageManifest");
  const std::string tag = text(request.input, "imageTag");
  const std::string digest = digest_of(manifest);
  const Json by_tag{{"imageTag", tag}};
  const Image* tagged = tag.empty() ? nullptr : image_of(repository, by_tag);
  if (tagged != nullptr && tagged->digest == digest)
    return ApiError{"ImageAlreadyExistsException",
                    fmt::format("Image with digest '{}' and tag '{}' already exists in the "
                                "repository with name '{}' in registry with id '{}'",
                                digest, tag, repository.name, repository.place.account)};
  if (tagged != nullptr && repository.immutable)
    return ApiError{"ImageTagAlreadyExistsException",
                    fmt::format("The image tag '{}' already exists in the '{}' repository and "
                                "cannot be overwritten because the repository is immutable.",
                                tag, repository.name)};
  take_tag(repository, tag);
  const Json by_digest{{"imageDigest", digest}};
  Image* image = image_of(repository, by_digest);
  if (image == nullptr) {
    repository.images.push_back(
        {.digest = digest, .tags = {}, .manifest = manifest, .pushed = all.cloud.sim().now()});
    image = &repository.images.back();
  }
  if (!tag.empty()) image->tags.push_back(tag);
  tell_action(all, repository, *image, "PUSH");
  if (repository.scans_on_push) scan_later(all, repository, digest);
  look_at_lifecycle_later(all, repository);
  return Json{{"image",
               {{"registryId", repository.place.account},
                {"repositoryName", repository.name},
                {"imageId", {{"imageDigest", digest}, {"imageTag", tag}}}}}};
}

ApiResult<Json> describe_images(Ecr& all, const Request& request) {
  const auto repository = named_repository(all, request);
  if (!repository) return repository.error();
  Json details = Json::array();
  const Json& ids = member(request.input, "imageIds");
  if (ids.is_array()) {
    for (const Json& id : ids) {
      const Image* image = image_of(**repository, id);
      if (image == nullptr) return no_image(**repository, id);
      details.push_back(detail_json(**repository, *image));
    }
  } else {
    for (const Image& image : (*repository)->images)
      details.push_back(detail_json(**repository, image));
  }
  return Json{{"imageDetails", std::move(details)}};
}

ApiResult<Json> list_images(Ecr& all, const Request& request) {
  const auto repository = named_repository(all, request);
  if (!repository) return repository.error();
  Json ids = Json::array();
  for (const Image& image : (*repository)->images) {
    if (image.tags.empty()) ids.push_back(Json{{"imageDigest", image.digest}});
    for (const std::string& tag : image.tags)
      ids.push_back(Json{{"imageDigest", image.digest}, {"imageTag", tag}});
  }
  return Json{{"imageIds", std::move(ids)}};
}

ApiResult<Json> batch_delete_image(Ecr& all, const Request& request) {
  const auto found = named_repository(all, request);
  if (!found) return found.error();
  Repository& repository = **found;
  Json gone = Json::array();
  Json failures = Json::array();
  const Json& ids = member(request.input, "imageIds");
  if (ids.is_array())
    for (const Json& id : ids) {
      Image* image = image_of(repository, id);
      if (image == nullptr) {
        failures.push_back({{"imageId", id},
                            {"failureCode", "ImageNotFound"},
                            {"failureReason", "Requested image not found"}});
        continue;
      }
      const Image deleted = *image;
      std::erase_if(repository.images,
                    [&](const Image& one) { return one.digest == deleted.digest; });
      gone.push_back(Json{{"imageDigest", deleted.digest}});
      tell_action(all, repository, deleted, "DELETE");
    }
  return Json{{"imageIds", std::move(gone)}, {"failures", std::move(failures)}};
}

ApiResult<Json> start_image_scan(Ecr& all, const Request& request) {
  const auto repository = named_repository(all, request);
  if (!repository) return repository.error();
  const Json& id = member(request.input, "imageId");
  const Image* image = image_of(**repository, id);
  if (image == nullptr) return no_image(**repository, id);
  scan_later(all, **repository, image->digest);
  return Json{{"imageScanStatus", {{"status", "IN_PROGRESS"}}}, {"imageId", id}};
}

ApiResult<Json> describe_findings(Ecr& all, const Request& request) {
  const auto repository = named_repository(all, request);
  if (!repository) return repository.error();
  const Json& id = member(request.input, "imageId");
  const Image* image = image_of(**repository, id);
  if (image == nullptr) return no_image(**repository, id);
  if (!image->scanned)
    return ApiError{"ScanNotFoundException",
                    fmt::format("Image scan does not exist for the image with '{}'", id.dump())};
  return Json{{"imageScanStatus", {{"status", "COMPLETE"}}},
              {"imageScanFindings", {{"findingSeverityCounts", image->findings}}}};
}

}  // namespace opsim::ecr
