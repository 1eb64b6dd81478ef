package ualarm;

/** U-Alarm's messages as u-alarm-input.md 4 has them. */
public final class Messages {

    /** U-Alarm 2.1, intrusion, start, one box. */
    public static final String P1 = """
            {
              "id": "0b6f6a0e-5c0e-4a39-9f0b-6a3f7f9f1c11", "timestamp": "1749983404250",
              "display_name": "Perimeter north", "type": "INTRUSION_DETECTION",
              "config_id": "c7e0c1c2-1111-4222-8333-444455556666", "heartbeat": false,
              "intrusion_detection_details": {
                "source": {
                  "camera_id": "cam-0007", "camera_display_name": "North gate",
                  "camera_technical_name": "8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab",
                  "width": 1280, "height": 720,
                  "source_topic": "ualarm.cam.7.dets.ObjectDetectionRecord.json", "frame_timestamp": "1749983404250",
                  "detections": [ { "type": "PERSON_FULL_BODY",
                    "bounding_box": { "x": 640, "y": 180, "width": 128, "height": 360 }, "detection_confidence": 0.913 } ]
                },
                "end_of_event": false
              }
            }
            """;

    /** U-Alarm 2.1, the same incident over. */
    public static final String P2 = """
            {
              "id": "0b6f6a0e-5c0e-4a39-9f0b-6a3f7f9f1c11", "timestamp": "1749983404900",
              "display_name": "Perimeter north", "type": "INTRUSION_DETECTION",
              "config_id": "c7e0c1c2-1111-4222-8333-444455556666",
              "intrusion_detection_details": {
                "source": { "camera_technical_name": "8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab" }, "end_of_event": true }
            }
            """;

    /** U-Alarm 1.2: numeric time, old key. */
    public static final String P3 = """
            {
              "id": "2f3c", "timestamp": 1749983403000, "display_name": "Raktar",
              "type": "INTRUSION_DETECTION_CASCADING", "config_id": "17",
              "intrusion_detection_cascading_details": {
                "source": {
                  "camera_id": "3", "camera_display_name": "Raktar 1",
                  "camera_technical_name": "8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab",
                  "width": 704, "height": 576, "source_topic": "x.cam.3.dets.ObjectDetectionRecord.json",
                  "frame_timestamp": 1749983403000, "detections": []
                }
              }
            }
            """;

    /** Crowd over two cameras, one of them listed twice. */
    public static final String P4 = """
            {
              "id": "crowd-881", "timestamp": "1749983402000", "display_name": "Lobby queue",
              "type": "CROWD_DETECTION", "config_id": "21",
              "crowd_detection_details": {
                "num_of_people": 14,
                "sources": [
                  { "camera_technical_name": "8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab", "width": 1920, "height": 1080, "detections": [] },
                  { "camera_technical_name": "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed", "width": 1920, "height": 1080, "detections": [] },
                  { "camera_technical_name": "8F1C2D3E-4A5B-4C6D-8E7F-0123456789AB", "width": 1920, "height": 1080, "detections": [] }
                ]
              }
            }
            """;

    /** Heartbeat. */
    public static final String P5 = """
            { "id": "hb-1", "timestamp": "1749983400000", "display_name": "Perimeter north", "type": "INTRUSION_DETECTION",
              "config_id": "c7e0c1c2-1111-4222-8333-444455556666", "heartbeat": true }
            """;

    private Messages() {}
}
