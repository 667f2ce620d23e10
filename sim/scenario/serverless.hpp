#pragma once
/// AWS SAM: a template with `Transform: AWS::Serverless-2016-10-31` becomes the CloudFormation
/// template that AWS would make of it, before anything else is read. What is made up stands at the
/// line of the SAM resource that it comes from.
/// AWS: Serverless Application Model specification, "Generated AWS CloudFormation resources".
#include "opsim/scenario/template.hpp"

namespace opsim {

/// True where the template names SAM's transform.
[[nodiscard]] bool is_serverless(const Node& root);

/// `find` reads the definitions of state machines that lie beside the template. Properties that are
/// not simulated are listed; what SAM itself refuses is a complaint.
[[nodiscard]] Document expand_serverless(const Node& root, const NestedTemplates& find,
                                         Diagnostics& diagnostics, NotSimulated& not_simulated);

}  // namespace opsim
