#pragma once
/// The state of ECR: repositories and their images.
#include <map>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"

namespace opsim::ecr {

using Findings = std::map<std::string, std::int64_t>;  // CRITICAL: 2

struct Image {
  std::string digest;
  std::vector<std::string> tags;
  std::string manifest;
  SimTime pushed{};
  bool scanned = false;
  Findings findings{};
};

struct Repository {
  std::string name;
  std::string arn;
  Place place{};
  bool immutable = false;
  bool scans_on_push = false;
  std::string lifecycle{};                     // the policy's text
  std::vector<Image> images{};                 // oldest first
  std::map<std::string, Findings> findings{};  // physics: by tag, "" for all

  [[nodiscard]] std::string uri() const {
    return place.account + ".dkr.ecr." + place.region + ".amazonaws.com/" + name;
  }
};

class Ecr : public Model {
 public:
  explicit Ecr(Cloud& in) : cloud{in} {}

  Cloud& cloud;
  std::map<std::pair<Place, std::string>, Repository> repositories;
};

// ---- lifecycle.cpp ----

/// Expires what the policy says and tells of each; looks again a day after every push.
void apply_lifecycle(Ecr& all, Repository& repository);
void look_at_lifecycle_later(Ecr& all, const Repository& repository);

// ---- images.cpp ----

void tell_action(Ecr& all, const Repository& repository, const Image& image, const char* action);
void scan_later(Ecr& all, const Repository& repository, const std::string& digest);

// ---- operations.cpp, images.cpp ----
ApiResult<Json> batch_delete_image(Ecr& all, const Request& request);
ApiResult<Json> create_repository(Ecr& all, const Request& request);
ApiResult<Json> delete_repository(Ecr& all, const Request& request);
ApiResult<Json> describe_findings(Ecr& all, const Request& request);
ApiResult<Json> describe_images(Ecr& all, const Request& request);
ApiResult<Json> describe_repositories(Ecr& all, const Request& request);
ApiResult<Json> get_authorization_token(Ecr& all, const Request& request);
ApiResult<Json> list_images(Ecr& all, const Request& request);
ApiResult<Json> put_image(Ecr& all, const Request& request);
ApiResult<Json> put_lifecycle_policy(Ecr& all, const Request& request);
ApiResult<Json> start_image_scan(Ecr& all, const Request& request);
ApiResult<Created> create_repository_resource(Ecr& all, const ResourceRequest& request);
void apply_findings(Model& model, const PhysicsRequest& request);
extern const Shape kFindingsShape;

[[nodiscard]] ApiResult<Repository*> named_repository(Ecr& all, const Request& request);

}  // namespace opsim::ecr
