use insta::assert_snapshot;
use kognic::api::{
    Calibration, CameraMatrix, CameraPose, CustomCalibration, CutAngles, CylindricalCalibration,
    DistortionCoefficients, FisheyeCalibration, FusedCylindricalCalibration, KannalaCalibration,
    KannalaDistortionCoefficients, LensProjectionCoefficients, LidarCalibration, LidarFieldOfView,
    PinholeCalibration, Point, Position, PrincipalPointDistortionCalibration,
    PrincipalPointDistortionCoefficients, PrincipalPointFisheyeCalibration,
    PrincipalPointFisheyeCoefficients, ProjectionTest, RotationQuaternion, SensorCalibration, StandardCamera,
    UndistortionCoefficients,
};
use serde_json::json;

use crate::book::{data, open};

/// A calibration of every kind.
fn every() -> SensorCalibration {
    let (position, rotation_quaternion) = (Position::new(1.0, 2.0, 3.0), RotationQuaternion::default());
    let pose = CameraPose { position, rotation_quaternion, image_height: 1080, image_width: 1920 };
    let camera_matrix = CameraMatrix { fx: 1.0, fy: 2.0, cx: 3.0, cy: 4.0 };
    let camera = StandardCamera { pose, camera_matrix, field_of_view: Some(190.0) };
    let distortion_coefficients = DistortionCoefficients { k1: 0.1, k2: 0.2, p1: 0.3, p2: 0.4, k3: 0.5 };
    let field_of_view = LidarFieldOfView { start_angle_deg: 315.0, stop_angle_deg: 45.0, depth: Some(200.0) };
    let mut custom = CustomCalibration::new(pose, b"\0asm....").unwrap();
    custom.test_cases.push(ProjectionTest { point3d: position, point2d: Point { x: 1.0, y: 2.0 } });
    let lens = LensProjectionCoefficients { c1: 1.0, c2: 2.0, c3: 3.0, c4: 4.0, c5: 5.0, c6: 6.0 };
    let all: [(&str, Calibration); 9] = [
        (
            "lidar",
            LidarCalibration { position, rotation_quaternion, field_of_view: Some(field_of_view) }.into(),
        ),
        ("pinhole", PinholeCalibration { camera, distortion_coefficients }.into()),
        ("fisheye", FisheyeCalibration { camera, distortion_coefficients, xi: 0.5 }.into()),
        (
            "kannala",
            KannalaCalibration {
                camera,
                distortion_coefficients: KannalaDistortionCoefficients { k1: 0.1, k2: 0.2, p1: 0.3, p2: 0.4 },
                undistortion_coefficients: UndistortionCoefficients { l1: 1.0, l2: 2.0, l3: 3.0, l4: 4.0 },
            }
            .into(),
        ),
        (
            "principal_point_distortion",
            PrincipalPointDistortionCalibration {
                camera,
                principal_point_distortion_coefficients: PrincipalPointDistortionCoefficients {
                    k1: 0.1,
                    k2: 0.2,
                },
                distortion_center: Point { x: 1.0, y: 2.0 },
                principal_point: Point { x: 3.0, y: 4.0 },
                lens_projection_coefficients: Some(lens),
            }
            .into(),
        ),
        (
            "principal_point_fisheye",
            PrincipalPointFisheyeCalibration {
                camera,
                principal_point_fisheye_coefficients: PrincipalPointFisheyeCoefficients {
                    alpha_l: 1.0,
                    alpha_r: 2.0,
                    beta_u: 3.0,
                    beta_l: 4.0,
                },
            }
            .into(),
        ),
        ("cylindrical", CylindricalCalibration { camera }.into()),
        ("fused", FusedCylindricalCalibration::new(camera, CutAngles { upper: 1.0, lower: 2.0 }).into()),
        ("custom", custom.into()),
    ];
    SensorCalibration::new("x", all)
}

#[tokio::test]
async fn calibrations() {
    let (mut book, client) = open();
    let service = client.calibrations();
    let sent = every();
    // What is sent is read again, and a kind that is not known does no harm (trap 22).
    let mut sensors = serde_json::to_value(&sent.calibration).unwrap();
    sensors["new"] = json!({ "calibration_type": "newkind", "a": 1 });
    let entry = json!({
        "id": "cal-1", "externalId": "x", "created": "2026-01-02T03:04:05Z", "workspaceId": "W", "calibration": sensors,
    });
    let created = book.call("calibrations.create", data(entry.clone()), service.create(&sent)).await;
    let mut back = created.calibration.clone();
    let Some(Calibration::Other(unknown)) = back.remove("new") else { panic!("{back:?}") };
    assert_eq!((back, &unknown["calibration_type"]), (sent.calibration, &json!("newkind")));
    let all = book.call("calibrations.list", data(json!([entry])), service.list(None)).await;
    assert_eq!(all.len(), 1);
    // A single one instead of a list.
    let one = book.call("calibrations.list", data(entry.clone()), service.list(Some("a b"))).await;
    assert_eq!(one, all);
    let got = book.call("calibrations.get", data(entry), service.get("cal-1")).await;
    assert_eq!(got.id, "cal-1");
    assert_snapshot!(book.text());
}
