// Parameters that AWS publishes: the newest images.
// AWS: Systems Manager User Guide, "Calling AMI public parameters"; EC2 User Guide, "Reference the
// latest AMIs using Systems Manager public parameters"; ECS Developer Guide, "Retrieving
// Amazon ECS-optimized Linux AMI metadata".
// SIMPLIFIED: the names are AWS's, the image ids are made up: one for each name and Region.
#include <fmt/format.h>

#include <algorithm>

#include "models/parameter_store/parameter_store.hpp"

namespace opsim::parameter_store {

namespace {

constexpr std::string_view kPublicNames[] = {
    "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-arm64",
    "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-x86_64",
    "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
    "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
    "/aws/service/ami-amazon-linux-latest/al2023-ami-minimal-kernel-6.1-arm64",
    "/aws/service/ami-amazon-linux-latest/al2023-ami-minimal-kernel-6.1-x86_64",
    "/aws/service/ami-amazon-linux-latest/al2023-ami-minimal-kernel-default-arm64",
    "/aws/service/ami-amazon-linux-latest/al2023-ami-minimal-kernel-default-x86_64",
    "/aws/service/ami-amazon-linux-latest/amzn-ami-hvm-x86_64-ebs",
    "/aws/service/ami-amazon-linux-latest/amzn-ami-hvm-x86_64-gp2",
    "/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-arm64-gp2",
    "/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-ebs",
    "/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2",
    "/aws/service/ami-amazon-linux-latest/amzn2-ami-kernel-5.10-hvm-arm64-gp2",
    "/aws/service/ami-amazon-linux-latest/amzn2-ami-kernel-5.10-hvm-x86_64-ebs",
    "/aws/service/ami-amazon-linux-latest/amzn2-ami-kernel-5.10-hvm-x86_64-gp2",
    "/aws/service/ami-amazon-linux-latest/amzn2-ami-minimal-hvm-x86_64-ebs",
    "/aws/service/ami-windows-latest/Windows_Server-2016-English-Full-Base",
    "/aws/service/ami-windows-latest/Windows_Server-2019-English-Core-Base",
    "/aws/service/ami-windows-latest/Windows_Server-2019-English-Full-Base",
    "/aws/service/ami-windows-latest/Windows_Server-2022-English-Core-Base",
    "/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base",
    "/aws/service/ami-windows-latest/Windows_Server-2025-English-Full-Base",
    "/aws/service/ecs/optimized-ami/amazon-linux-2/recommended/image_id",
    "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id",
    "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
};
static_assert(std::ranges::is_sorted(kPublicNames));

}  // namespace

std::optional<Version> public_parameter(const Place& place, std::string_view name) {
  if (!std::ranges::binary_search(kPublicNames, name)) return std::nullopt;
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const std::string_view text : {std::string_view{place.region}, name})
    for (const char letter : text)
      hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
  Version version;
  version.type = "String";
  version.value = fmt::format("ami-0{:016x}", hash);
  version.data_type = "aws:ec2:image";
  version.user = "Amazon";
  return version;
}

std::vector<std::string> public_names(std::string_view path) {
  std::vector<std::string> names;
  for (const std::string_view name : kPublicNames)
    if (path.starts_with("/aws/") && name.starts_with(path)) names.emplace_back(name);
  return names;
}

}  // namespace opsim::parameter_store
