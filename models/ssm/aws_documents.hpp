#pragma once
/// AWS's own documents, as far as they are simulated: our own short definitions with the names,
/// parameters, steps and outputs that their pages document.
#include <span>
#include <string_view>

namespace opsim::ssm {

/// In the short form of aws_document_text.hpp.
struct AwsDocument {
  std::string_view name;
  std::string_view does;  // its description
  std::string_view parameters;
  std::string_view steps = {};
  std::string_view outputs = {};  // a YAML list
};

/// Of volumes, snapshots, images and stacks.
[[nodiscard]] std::span<const AwsDocument> aws_image_runbooks();
/// Of instances.
[[nodiscard]] std::span<const AwsDocument> aws_machine_runbooks();
/// Of databases, buckets and keys.
[[nodiscard]] std::span<const AwsDocument> aws_store_runbooks();
/// What AWS Config's rules name as remedies, and what tells people.
[[nodiscard]] std::span<const AwsDocument> aws_remedy_runbooks();
/// For Run Command.
[[nodiscard]] std::span<const AwsDocument> aws_command_documents();
[[nodiscard]] std::span<const AwsDocument> aws_fault_documents();

}  // namespace opsim::ssm
